package io.concordkv.wire;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The `Accept` header (RFC 9110 §12.5.1): which of the media types on offer a client takes.
public final class Accept {
    private static final String ANY = "*/*";

    private Accept() {}

    /// @param header  null when the request has none: everything is welcome
    /// @param offered what the call can be answered with, in lower case
    /// @throws ProblemException `not-acceptable`
    public static void check(@Nullable String header, List<String> offered) {
        if (header == null || header.equals(ANY) || header.isBlank()) {
            return;
        }
        for (String type : offered) {
            if (allows(header, type)) {
                return;
            }
        }
        throw Problem.of(
                        ProblemCode.NOT_ACCEPTABLE,
                        "Accept: this call is answered with " + String.join(" or ", offered) + ", got " + header)
                .asException();
    }

    /// The most specific range that names the type decides; a weight of 0 means no.
    static boolean allows(String header, String type) {
        int best = -1;
        boolean allowed = false;
        for (String range : header.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = range.split(";");
            int specific = specific(parts[0].strip(), type);
            if (specific > best) {
                best = specific;
                allowed = !isRefused(parts);
            }
        }
        return allowed;
    }

    /// −1 = another type, 0 = any, 1 = any of its kind, 2 = this one.
    private static int specific(String range, String type) {
        if (range.equals(type)) {
            return 2;
        }
        if (range.equals(ANY)) {
            return 0;
        }
        boolean kind = range.endsWith("/*") && type.startsWith(range.substring(0, range.length() - 1));
        return kind ? 1 : -1;
    }

    private static boolean isRefused(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].strip().matches("q\\s*=\\s*0(\\.0{0,3})?")) {
                return true;
            }
        }
        return false;
    }
}
