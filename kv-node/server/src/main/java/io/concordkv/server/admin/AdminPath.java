package io.concordkv.server.admin;

import java.util.regex.Pattern;

/// Path patterns with `{name}` written as `:name`, and verbs behind a colon, as `/nodes/:id:reserve`.
final class AdminPath {
    private static final Pattern PARAMETER = Pattern.compile("/:([a-z]+)");

    private AdminPath() {}

    /// The regular expression of a path; parameters match anything but a slash and a colon.
    static String regex(String path) {
        return PARAMETER.matcher(path).replaceAll("/(?<$1>[^/:]+)");
    }
}
