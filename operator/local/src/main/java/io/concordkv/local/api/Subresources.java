package io.concordkv.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.concordkv.local.object.Meta;
import io.concordkv.local.object.ObjectKey;
import io.concordkv.local.object.ObjectKey.GroupResource;
import io.concordkv.local.object.StatusException;
import io.concordkv.local.object.Trees;
import io.concordkv.local.store.ObjectStore;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything below an object that is not its status, and the review types, which answer a
/// question and store nothing.
final class Subresources {
    /// An entry of discovery that is no stored type.
    record Extra(
            String group,
            String version,
            String name,
            String singular,
            String kind,
            String kindGroup,
            boolean namespaced,
            List<String> verbs) {}

    private static final String AUTHORIZATION = "authorization.k8s.io";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    static final List<Extra> EXTRAS = List.of(
            new Extra("", "v1", "namespaces/finalize", "", "Namespace", "", false, List.of("update")),
            new Extra("", "v1", "pods/attach", "", "PodAttachOptions", "", true, List.of("create", "get")),
            new Extra("", "v1", "pods/binding", "", "Binding", "", true, List.of("create")),
            new Extra("", "v1", "pods/eviction", "", "Eviction", "policy", true, List.of("create")),
            new Extra("", "v1", "pods/exec", "", "PodExecOptions", "", true, List.of("create", "get")),
            new Extra("", "v1", "pods/log", "", "Pod", "", true, List.of("get")),
            new Extra("", "v1", "pods/portforward", "", "PodPortForwardOptions", "", true, List.of("create", "get")),
            new Extra("", "v1", "serviceaccounts/token", "", "TokenRequest", AUTHENTICATION, true, List.of("create")),
            review(AUTHORIZATION, "selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
            review(AUTHORIZATION, "selfsubjectrulesreviews", "SelfSubjectRulesReview", false),
            review(AUTHORIZATION, "subjectaccessreviews", "SubjectAccessReview", false),
            review(AUTHORIZATION, "localsubjectaccessreviews", "LocalSubjectAccessReview", true),
            review(AUTHENTICATION, "selfsubjectreviews", "SelfSubjectReview", false),
            review(AUTHENTICATION, "tokenreviews", "TokenReview", false));

    private static final GroupResource NODES = new GroupResource("", "nodes");
    private static final List<String> PLACES = List.of("topology.kubernetes.io/region", "topology.kubernetes.io/zone");

    private final ObjectStore store;
    private final ObjectReader reader;
    private final ObjectWriter writer;
    private final Eviction eviction;
    private final Scales scales;
    private final PodRuntime pods;
    private final String token;
    private final Clock clock;

    Subresources(
            ObjectStore store,
            ObjectReader reader,
            ObjectWriter writer,
            Eviction eviction,
            Scales scales,
            PodRuntime pods,
            String token,
            Clock clock) {
        this.store = store;
        this.reader = reader;
        this.writer = writer;
        this.eviction = eviction;
        this.scales = scales;
        this.pods = pods;
        this.token = token;
        this.clock = clock;
    }

    private static Extra review(String group, String resource, String kind, boolean namespaced) {
        String singular = kind.toLowerCase(java.util.Locale.ROOT);
        return new Extra(group, "v1", resource, singular, kind, "", namespaced, List.of("create"));
    }

    /// @return null when the path is no review
    @Nullable
    ApiResponse review(ResourcePath path, ApiRequest request) {
        boolean known = EXTRAS.stream()
                .anyMatch(extra -> extra.name().equals(path.resource())
                        && extra.group().equals(path.group())
                        && extra.version().equals(path.version()));
        if (!known) {
            return null;
        }
        if (!request.method().equals("POST")) {
            throw StatusException.methodNotAllowed(request.method());
        }
        ObjectNode review = request.object();
        ObjectNode status = review.putObject("status");
        // There is one user, who may do everything: the owner of the process.
        switch (path.resource()) {
            case "selfsubjectreviews" -> user(status.putObject("userInfo"));
            case "tokenreviews" -> {
                boolean valid = Trees.text(review, "spec", "token").equals(token);
                status.put("authenticated", valid);
                if (valid) {
                    user(status.putObject("user"));
                }
            }
            case "selfsubjectrulesreviews" -> {
                ObjectNode rule = status.putArray("resourceRules").addObject();
                List.of("verbs", "apiGroups", "resources")
                        .forEach(field -> rule.putArray(field).add("*"));
                status.putArray("nonResourceRules");
                status.put("incomplete", false);
            }
            default -> status.put("allowed", true).put("reason", "the local endpoint has one user");
        }
        return ApiResponse.json(201, review);
    }

    private static void user(ObjectNode user) {
        user.put("username", "local");
        user.putArray("groups").add("system:masters").add("system:authenticated");
    }

    ApiResponse handle(Target target, ApiRequest request) {
        boolean pod = target.type().is("", "pods");
        boolean posts = request.method().equals("POST");
        return switch (target.subresource()) {
            case "scale" -> {
                if (target.type().scale().isEmpty()) {
                    throw StatusException.unknownPath();
                }
                yield scales.handle(target, request);
            }
            case "log" -> {
                requireKnown(pod);
                yield PodLogs.stream(target, reader.get(target.main()), request, pods);
            }
            case "exec", "attach" -> {
                requireKnown(pod);
                reader.get(target.main());
                throw StatusException.badRequest(pods.insteadOfExec(target.namespace(), target.name()));
            }
            case "portforward" -> {
                requireKnown(pod);
                reader.get(target.main());
                throw StatusException.badRequest(pods.insteadOfPortForward(target.namespace(), target.name()));
            }
            case "eviction" -> {
                requireKnown(pod && posts);
                yield eviction.evict(target.main(), request);
            }
            case "binding" -> {
                requireKnown(pod && posts);
                yield bind(target.main(), request.object());
            }
            case "finalize" -> {
                requireKnown(target.type().is("", "namespaces"));
                ObjectNode done = writer.update(target, request.object(), WriteOptions.of(request));
                yield ApiResponse.json(200, done);
            }
            case "token" -> {
                requireKnown(target.type().is("", "serviceaccounts") && posts);
                yield token(target.main(), request.object());
            }
            default -> throw StatusException.unknownPath();
        };
    }

    private static void requireKnown(boolean known) {
        if (!known) {
            throw StatusException.unknownPath();
        }
    }

    private ApiResponse bind(Target pod, ObjectNode binding) {
        ObjectNode current = reader.get(pod);
        if (Trees.has(current, "spec", "nodeName")) {
            throw StatusException.conflict(
                    pod.subject(),
                    "pod " + pod.name() + " is already assigned to node \"" + Trees.text(current, "spec", "nodeName")
                            + "\"");
        }
        ObjectNode bound = current.deepCopy();
        String node = Trees.text(binding, "target", "name");
        Trees.ensureObject(bound, "spec").put("nodeName", node);
        copyPlace(node, bound);
        writer.update(
                new Target(pod.type(), pod.namespace(), pod.name(), "binding"),
                bound,
                WriteOptions.internal("scheduler"));
        ObjectNode status = StatusException.status("Success", 201);
        return ApiResponse.json(201, status);
    }

    /// Where a node stands is said by the labels of its pods too, as Kubernetes does since 1.35.
    private void copyPlace(String node, ObjectNode pod) {
        ObjectNode found = store.get(new ObjectKey(NODES, "", node));
        for (String place : PLACES) {
            String value = found == null ? "" : Trees.text(found, "metadata", "labels", place);
            if (!value.isEmpty()) {
                Trees.ensureObject(pod, "metadata", "labels").put(place, value);
            }
        }
    }

    /// Every token of the local endpoint is its one token.
    private ApiResponse token(Target account, ObjectNode body) {
        ObjectNode current = reader.get(account);
        body.put("kind", "TokenRequest").put("apiVersion", AUTHENTICATION + "/v1");
        ObjectNode metadata = body.putObject("metadata");
        metadata.put("name", account.name()).put("namespace", account.namespace());
        metadata.put("creationTimestamp", Meta.time(clock.instant()));
        long seconds = Trees.at(body, "spec", "expirationSeconds").asLong(3_600);
        body.putObject("status")
                .put("token", token)
                .put("expirationTimestamp", Meta.time(clock.instant().plusSeconds(seconds)));
        return Meta.name(current).isEmpty() ? ApiResponse.json(200, body) : ApiResponse.json(201, body);
    }
}
