package io.concordkv.operator.plan;

/// The one thing under way, as status shows and remembers it.
///
/// @param target node, or the cluster itself
public record Action(Type type, String target, String reason) {
    public enum Type {
        FORMING("Forming"),
        RESTARTING("Restarting"),
        DELETING("Deleting");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
