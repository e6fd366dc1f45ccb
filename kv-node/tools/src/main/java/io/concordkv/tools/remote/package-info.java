/// A small client of one admin port.
@NullMarked
package io.concordkv.tools.remote;

import org.jspecify.annotations.NullMarked;
