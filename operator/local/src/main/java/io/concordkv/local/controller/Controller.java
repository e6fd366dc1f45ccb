package io.concordkv.local.controller;

/// One control loop: from [#start()] to [#close()] it watches objects and changes others.
interface Controller extends AutoCloseable {
    /// Lists and watches; returns once the first list has been seen.
    void start();

    @Override
    void close();
}
