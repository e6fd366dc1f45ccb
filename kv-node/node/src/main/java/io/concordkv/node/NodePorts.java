package io.concordkv.node;

import io.concordkv.base.Clock;
import io.concordkv.disk.Disk;
import io.concordkv.node.founding.FoundingTransport;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.port.Loop;
import io.concordkv.shard.port.PeerTransport;
import java.util.random.RandomGenerator;

/// The world around a node.
public record NodePorts(
        Disk disk,
        Loop loop,
        Clock clock,
        Background background,
        PeerTransport transport,
        FoundingTransport founding,
        RandomGenerator random) {}
