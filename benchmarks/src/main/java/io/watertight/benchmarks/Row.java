package io.watertight.benchmarks;

/** What is cached for a key. It says so, and a contender looks. */
record Row(String key) {}
