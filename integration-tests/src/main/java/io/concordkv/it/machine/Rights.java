package io.concordkv.it.machine;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a service account may do by roles of its own, against what it did. Roles that every account has
/// (discovery, questions about itself) are Kubernetes' and do not count.
///
/// @param granted  by roles bound to the account itself
/// @param unused   granted, never used
/// @param refused  requests that no role allowed
/// @param requests how many were looked at
public record Rights(int granted, List<String> unused, List<String> refused, int requests) {
    private static final Pattern ALLOWED_IN = Pattern.compile("allowed by RoleBinding \"[^/\"]+/([^\"]+)\"");
    private static final String ALLOWED_EVERYWHERE = "allowed by ClusterRoleBinding ";

    /// @param position where in the log to begin
    public static Rights compare(KubernetesClient client, AuditLog log, long position, String namespace, String account)
            throws IOException {
        Set<Right> granted = granted(client, namespace, account);
        Set<Right> unused = new TreeSet<>(granted);
        var refused = new TreeSet<String>();
        String user = "system:serviceaccount:" + namespace + ":" + account;
        int requests = 0;
        for (AuditEvent event : log.since(position)) {
            if (!event.user().equals(user)) {
                continue;
            }
            requests++;
            if (!event.allowed() || event.code() == 403) {
                refused.add(event.toString());
            } else {
                String scope = scope(event);
                unused.removeIf(right -> right.scope().equals(scope) && uses(event, right));
            }
        }
        return new Rights(
                granted.size(), unused.stream().map(Right::toString).toList(), List.copyOf(refused), requests);
    }

    /// An apply that made the object (201) was asked for `create` as well, though the log names `patch` alone.
    private static boolean uses(AuditEvent event, Right right) {
        boolean made = event.verb().equals("patch") && event.code() == 201;
        return right.group().equals(event.group())
                && right.resource().equals(event.resource())
                && (right.verb().equals(event.verb()) || (made && right.verb().equals("create")))
                && (right.name().equals(Right.ANY) || right.name().equals(event.name()));
    }

    private static String scope(AuditEvent event) {
        Matcher one = ALLOWED_IN.matcher(event.reason());
        if (one.find()) {
            return one.group(1);
        }
        return event.reason().contains(ALLOWED_EVERYWHERE) ? Right.EVERYWHERE : event.reason();
    }

    private static Set<Right> granted(KubernetesClient client, String namespace, String account) {
        var granted = new TreeSet<Right>();
        for (var binding : client.rbac().roleBindings().inAnyNamespace().list().getItems()) {
            if (isFor(binding.getSubjects(), namespace, account)) {
                String scope = binding.getMetadata().getNamespace();
                add(granted, scope, rules(client, binding.getRoleRef(), scope));
            }
        }
        for (var binding : client.rbac().clusterRoleBindings().list().getItems()) {
            if (isFor(binding.getSubjects(), namespace, account)) {
                add(granted, Right.EVERYWHERE, rules(client, binding.getRoleRef(), ""));
            }
        }
        return granted;
    }

    private static boolean isFor(List<Subject> subjects, String namespace, String account) {
        return subjects.stream()
                .anyMatch(subject -> subject.getKind().equals("ServiceAccount")
                        && Objects.equals(subject.getNamespace(), namespace)
                        && subject.getName().equals(account));
    }

    private static List<PolicyRule> rules(KubernetesClient client, RoleRef role, String namespace) {
        return role.getKind().equals("ClusterRole")
                ? client.rbac().clusterRoles().withName(role.getName()).get().getRules()
                : client.rbac()
                        .roles()
                        .inNamespace(namespace)
                        .withName(role.getName())
                        .get()
                        .getRules();
    }

    private static void add(Set<Right> granted, String scope, List<PolicyRule> rules) {
        for (PolicyRule rule : rules) {
            List<String> names = rule.getResourceNames().isEmpty() ? List.of(Right.ANY) : rule.getResourceNames();
            for (String group : rule.getApiGroups()) {
                for (String resource : rule.getResources()) {
                    for (String verb : rule.getVerbs()) {
                        names.forEach(name -> granted.add(new Right(scope, group, resource, verb, name)));
                    }
                }
            }
        }
    }
}
