package io.watertight.jcstress;

import java.util.SortedSet;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.vm.VMSupport;

/**
 * jcstress in one VM configuration only. Where a VM knows biased locking (17), jcstress runs everything twice, with and
 * without, whatever arguments it is given; this leaves out the run with it, which is not the default of that VM either.
 */
final class OneVmMain extends JCStress {

    private OneVmMain(Options options) {
        super(options);
    }

    public static void main(String[] arguments) throws Exception {
        Options options = new Options(arguments);
        if (!options.parse()) {
            System.exit(1);
        }
        new OneVmMain(options).run();
    }

    /** Asked for by {@code run} after it has found the configurations, and before it uses them. */
    @Override
    public SortedSet<String> getTests() {
        VMSupport.getAvailableVMConfigs()
                .removeIf(configuration -> configuration.origArgs().contains("-XX:+UseBiasedLocking"));
        return super.getTests();
    }
}
