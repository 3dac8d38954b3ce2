package dev.fastpull.worker.publish;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two tags that are to name the two images of one build. The plain tag moves last and decides: the pair is its build's.
 *
 * @param twin the tag with a suffix, which moves first; null where one image alone is published
 * @param plain the tag that decides
 */
public record TagPair(@Nullable TagMove twin, TagMove plain) {

    /** {@return all twins, then all plain tags, in the order in which they move} */
    static Stream<TagMove> inOrder(Iterable<TagPair> pairs) {
        Stream.Builder<TagMove> twins = Stream.builder();
        Stream.Builder<TagMove> plains = Stream.builder();
        for (TagPair pair : pairs) {
            twins.add(pair.twin());
            plains.add(pair.plain());
        }
        return Stream.concat(twins.build(), plains.build()).filter(Objects::nonNull);
    }
}
