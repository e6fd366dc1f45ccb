package io.concordkv.operator.admin;

import com.fasterxml.jackson.databind.JsonNode;

/// What came back from a node.
public sealed interface AdminReply {
    /// @param body JSON, or a missing node when there was none
    record Answer(int status, JsonNode body) implements AdminReply {
        public boolean isOk() {
            return status >= 200 && status < 300;
        }

        /// Whether the same call may be sent again: something else was going on, no rule was broken.
        public boolean isConflicting() {
            return body.path("code").asText().equals("conflicting-operation");
        }

        /// Code and reasons of a refusal, in one line.
        public String refusal() {
            var text = new StringBuilder(body.path("code").asText("status " + status));
            if (body.hasNonNull("detail")) {
                text.append(": ").append(body.get("detail").asText());
            }
            for (JsonNode reason : body.path("reasons")) {
                text.append("; ").append(reason.isTextual() ? reason.asText() : reason.toString());
            }
            return text.toString();
        }
    }

    /// No answer in time, or no connection. Whether anything was done is unknown.
    record NoAnswer(String reason) implements AdminReply {}
}
