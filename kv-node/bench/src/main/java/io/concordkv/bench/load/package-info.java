/// A load generator for whole clusters: closed-loop clients on one Netty event loop, so that its own
/// cost per operation stays below that of any server; ConcordKV over HTTP/1.1 and etcd over gRPC, both
/// with codecs written for this one purpose. Server CPU comes from `/proc`.
@NullMarked
package io.concordkv.bench.load;

import org.jspecify.annotations.NullMarked;
