/** Tests of the fetching and unpacking of contexts. No packet of theirs leaves for anything but 127.0.0.1. */
@NullMarked
package dev.fastpull.worker.context;

import org.jspecify.annotations.NullMarked;
