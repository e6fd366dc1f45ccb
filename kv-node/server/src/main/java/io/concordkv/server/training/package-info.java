/// The run at the end of the build whose loaded classes and profiles later starts begin with.
@NullMarked
package io.concordkv.server.training;

import org.jspecify.annotations.NullMarked;
