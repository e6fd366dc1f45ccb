package io.concordkv.image.train;

import io.concordkv.server.training.TrainedNode;
import io.concordkv.server.training.TrainedProgram;
import io.concordkv.server.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;

/// A cluster of one, as the build's own training run: filled, killed, replayed; every kind of call.
record NodeRehearsal(Path folder) implements Rehearsal {
    @Override
    public void record(TrainedProgram program, Path cache) throws IOException {
        new TrainingRun(program, cache, folder).fillAndRecord();
    }

    @Override
    public void check(TrainedProgram demanding, Place place) throws IOException {
        try (TrainedNode node =
                TrainedNode.start(demanding, place.folder(), place.seen().resolve("data"))) {
            node.await(TrainingRun.LIVE);
            node.stop();
        }
    }

    @Override
    public void close() {}
}
