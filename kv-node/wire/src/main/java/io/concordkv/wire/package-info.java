/// What callers and nodes say to each other over HTTP, as values: calls parsed from request lines,
/// operations, results, problems, list pages, cursors, the topology map, and their JSON. Pure code
/// without threads or sockets; the server, the client, the command line and the load generator share
/// it. Imports `base` and the JSON tokenizer only. A bad input leaves every parser as a
/// [io.concordkv.wire.ProblemException] whose problem can be sent as it is.
@NullMarked
package io.concordkv.wire;

import org.jspecify.annotations.NullMarked;
