package io.concordkv.image.train;

import io.concordkv.server.training.TrainedProgram;
import java.io.IOException;
import java.nio.file.Path;

/// Surroundings in which an image's program does what it will do in a pod.
interface Rehearsal extends AutoCloseable {
    /// Runs the program through its work so that it writes `cache` when it ends.
    ///
    /// @throws IOException when a run fails or no cache was written
    void record(TrainedProgram program, Path cache) throws IOException;

    /// Starts it once more, and sees it come up.
    ///
    /// @param demanding ends at once when its JVM does not take the cache
    /// @param place     empty
    void check(TrainedProgram demanding, Place place) throws IOException;

    @Override
    void close() throws IOException;
}
