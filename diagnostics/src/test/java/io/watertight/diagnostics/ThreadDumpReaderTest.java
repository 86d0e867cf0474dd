package io.watertight.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.diagnostics.ThreadDumpReader.Entry;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Both dialects: the short one of Java 21 and the long one of 25. */
class ThreadDumpReaderTest {
    private static final String OF_21 = """
            {
              "threadDump": {
                "threadContainers": [
                  {
                    "container": "<root>",
                    "threads": [
                     {
                       "tid": "1",
                       "name": "main",
                       "stack": [
                          "java.base\\/java.lang.Thread.sleep(Thread.java:507)",
                          "com.acme.Main.main(Main.java:3)"
                       ]
                     },
                     {
                       "tid": "22",
                       "name": "",
                       "stack": [
                       ]
                     }
                    ],
                    "threadCount": "2"
                  }
                ]
              }
            }
            """;

    private static final String OF_25 = """
            {
              "threadDump": {
                "time": "2026-01-01T00:00:00Z",
                "threadContainers": [
                  {
                    "container": "java.util.concurrent.ThreadPerTaskExecutor@1",
                    "owner": "1",
                    "threads": [
                      {
                        "tid": "23",
                        "time": "2026-01-01T00:00:00Z",
                        "virtual": true,
                        "name": "quoted \\"name\\" \\u00e9 \\\\",
                        "state": "WAITING",
                        "parkBlocker": {
                          "object": "java.util.concurrent.CountDownLatch$Sync@2",
                          "owner": "1"
                        },
                        "stack": [
                          "app\\/\\/com.acme.Job$$Lambda\\/0x00007f0001.run(Unknown Source)",
                          "java.base@25\\/java.lang.VirtualThread.run(VirtualThread.java:460)"
                        ],
                        "monitorsOwned": [
                          {
                            "depth": 2,
                            "locks": [
                              "com.acme.Lock@3"
                            ]
                          }
                        ]
                      }
                    ],
                    "threadCount": "1"
                  }
                ]
              }
            }
            """;

    private static List<Entry> read(String json) throws IOException {
        ThreadDumpReader reader = new ThreadDumpReader(new StringReader(json));
        List<Entry> entries = new ArrayList<>();
        for (Entry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        return entries;
    }

    @Test
    void shortDialectIsRead() throws IOException {
        assertThat(read(OF_21))
                .containsExactly(
                        new Entry(
                                1,
                                "main",
                                "",
                                false,
                                List.of("java.lang.Thread.sleep(Thread.java:507)", "com.acme.Main.main(Main.java:3)")),
                        new Entry(22, "", "", false, List.of()));
    }

    @Test
    void longDialectIsReadAndWhatIsNotAskedForIsSkipped() throws IOException {
        assertThat(read(OF_25))
                .containsExactly(new Entry(
                        23,
                        "quoted \"name\" é \\",
                        "WAITING",
                        true,
                        List.of(
                                "com.acme.Job$$Lambda.run(Unknown Source)",
                                "java.lang.VirtualThread.run(VirtualThread.java:460)")));
    }

    @Test
    void numbersWithoutQuotesAreReadToo() throws IOException {
        assertThat(read("\"tid\": 42,\n\"name\": \"a\",\n\"stack\": []\n\"tid\": 43"))
                .extracting(Entry::id)
                .containsExactly(42L, 43L);
    }

    @Test
    void tidThatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> read("\"tid\": \"x\","))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tid");
    }

    @Test
    void lineWithoutEndIsCutOff() throws IOException {
        String endless = "\"tid\": \"1\",\n\"name\": \"" + "x".repeat(1_000_000) + "\n\"tid\": \"2\"";

        List<Entry> entries = read(endless);

        assertThat(entries).extracting(Entry::id).containsExactly(1L, 2L);
        assertThat(entries.get(0).name()).hasSizeLessThan(70_000);
    }

    @Test
    void damagedDumpIsReadOrRefusedInAnOrderlyWay() {
        Random random = new Random(42);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder damaged = new StringBuilder(OF_25);
            for (int k = random.nextInt(4); k >= 0; k--) {
                damaged.setCharAt(random.nextInt(damaged.length()), "\"\\u]{:,\n x".charAt(random.nextInt(10)));
            }
            damaged.setLength(random.nextInt(damaged.length()));
            try {
                assertThat(read(damaged.toString())).hasSizeLessThan(5);
            } catch (IOException refused) {
                assertThat(refused).hasMessageContaining("tid");
            }
        }
    }
}
