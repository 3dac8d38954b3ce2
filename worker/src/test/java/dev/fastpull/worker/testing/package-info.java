/** What tests on the real programs share: where the programs are, and how a registry is run for one test. */
@NullMarked
package dev.fastpull.worker.testing;

import org.jspecify.annotations.NullMarked;
