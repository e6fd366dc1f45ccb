package io.concordkv.disk;

/// Checks and splits the relative paths of [Disk].
public final class DiskPath {
    private DiskPath() {}

    /// @return the path itself
    /// @throws IllegalArgumentException for absolute paths, empty steps, `.` and `..`
    public static String check(String path) {
        if (path.isEmpty()) {
            return path;
        }
        for (String step : path.split("/", -1)) {
            if (step.isEmpty() || step.equals(".") || step.equals("..")) {
                throw new IllegalArgumentException("want a path below the root, steps separated by one '/', without"
                        + " '.' and '..'; got '" + path + "'");
            }
        }
        return path;
    }

    /// The directory a path is in; the empty path for names in the root.
    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /// The last step.
    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// One step further down.
    public static String join(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }
}
