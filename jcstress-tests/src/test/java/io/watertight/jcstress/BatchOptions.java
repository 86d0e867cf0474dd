package io.watertight.jcstress;

import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.runners.SpinLoopStyle;

/** What a test of a batch is run with. Options that are parsed count the processors, by keeping them busy for a second. */
final class BatchOptions extends Options {
    private final int iterations;
    private final int millis;

    BatchOptions(int iterations, int millis) {
        super(new String[0]);
        this.iterations = iterations;
        this.millis = millis;
    }

    @Override
    public int getIterations() {
        return iterations;
    }

    @Override
    public int getTime() {
        return millis;
    }

    @Override
    public int getStrideSize() {
        return 16; // in small strides actors meet more often
    }

    /*
     * jcstress tries out how many states fit into memory: 1, 2, 3 and so on up to all strides, 5 times each, which is 30 times
     * as many states, in code that is still cold.
     */
    @Override
    public int getStrideCount() {
        return 8;
    }

    @Override
    public int getMaxFootprintMb() {
        return 64;
    }

    @Override
    public SpinLoopStyle getSpinStyle() {
        return SpinLoopStyle.THREAD_YIELD; // two actors that spin on two processors leave none for the compiler
    }
}
