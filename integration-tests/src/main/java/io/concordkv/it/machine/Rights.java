package io.concordkv.it.machine;

import io.concordkv.it.finding.Difference;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a service account may do by roles of its own, against what it did. Roles that every account has
/// (discovery, questions about itself) are Kubernetes' and do not count.
///
/// @param granted  by roles bound to the account itself
/// @param unused   granted, and not used since the account was made: some things are done once, at the first start
/// @param refused  requests that no role allowed
/// @param early    refused by an API server that was starting, which knows no roles for a moment
/// @param requests how many were looked at for refusals
public record Rights(int granted, List<String> unused, List<String> refused, int early, int requests) {
    private static final Pattern ALLOWED_IN = Pattern.compile("allowed by RoleBinding \"[^/\"]+/([^\"]+)\"");
    private static final String ALLOWED_EVERYWHERE = "allowed by ClusterRoleBinding ";

    /// @param position where in the audit log refusals begin to count
    public static Rights compare(
            KubernetesClient client, Machine machine, long position, String namespace, String account)
            throws IOException {
        var own = client.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .get();
        Difference.unless(own != null, "there is no service account %s in namespace %s", account, namespace);
        Instant made = Instant.parse(own.getMetadata().getCreationTimestamp());
        String user = "system:serviceaccount:" + namespace + ":" + account;
        Predicate<AuditEvent> isOwn = event -> event.user().equals(user);
        return judge(
                granted(client, namespace, account),
                machine.audit().since(0).stream()
                        .filter(isOwn)
                        .filter(event -> !event.began().isBefore(made))
                        .toList(),
                machine.audit().since(position).stream().filter(isOwn).toList(),
                machine.apiServerStarts());
    }

    /// @param sinceMade what the account asked for since it was made
    /// @param recently  the part of it whose refusals count
    static Rights judge(
            Set<Right> granted, List<AuditEvent> sinceMade, List<AuditEvent> recently, List<ServerStart> starts) {
        Set<Right> unused = new TreeSet<>(granted);
        for (AuditEvent event : sinceMade) {
            if (!isRefused(event)) {
                String scope = scope(event);
                unused.removeIf(right -> right.scope().equals(scope) && uses(event, right));
            }
        }
        var refused = new TreeSet<String>();
        int early = 0;
        for (AuditEvent event : recently) {
            if (isRefused(event)) {
                if (starts.stream().anyMatch(start -> start.covers(event.began()))) {
                    early++;
                } else {
                    refused.add(event.toString());
                }
            }
        }
        return new Rights(
                granted.size(),
                unused.stream().map(Right::toString).toList(),
                List.copyOf(refused),
                early,
                recently.size());
    }

    private static boolean isRefused(AuditEvent event) {
        return !event.allowed() || event.code() == HttpURLConnection.HTTP_FORBIDDEN;
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
