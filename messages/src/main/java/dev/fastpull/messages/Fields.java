package dev.fastpull.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object of a request. What is wrong with a field is noted under its path, and the field is then as if
 * it were not there; so is one that is {@code null}.
 *
 * @param node the object
 * @param path where it lies, with a dot at the end; empty for the request itself
 * @param violations where to note what is wrong
 */
record Fields(ObjectNode node, String path, Violations violations) {

    /** Reads a text into a value, or throws {@link InvalidValueException}. */
    interface Parser<T> extends Function<String, T> {}

    /** Notes every field that is not known, with the known name that it resembles. */
    void allow(Set<String> known, Set<String> reserved) {
        node.fieldNames().forEachRemaining(name -> {
            if (reserved.contains(name)) {
                violations.add(path + name, FailureReason.UNSUPPORTED,
                        "is reserved by the contract and not supported by this version of fastpull; leave it out");
            } else if (!known.contains(name)) {
                violations.add(path + Quoted.plain(name), "is not a field of version " + BuildRequest.VERSION
                        + " of the contract" + (violations.isFull() ? "" : Spelling.suggestion(name, known)));
            }
        });
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    <T> @Nullable T value(String name, Parser<T> parser) {
        return has(name) ? parse(path + name, node.path(name), parser) : null;
    }

    <T> @Nullable T required(String name, Parser<T> parser) {
        if (!has(name)) {
            violations.add(path + name, "is required");
        }
        return value(name, parser);
    }

    boolean flag(String name) {
        if (has(name) && !node.path(name).isBoolean()) {
            violations.add(path + name, "must be true or false, without quotes");
        }
        return node.path(name).booleanValue();
    }

    @Nullable
    Fields object(String name) {
        return has(name) ? object(path + name, node.path(name)) : null;
    }

    <T> List<T> values(String name, int most, Parser<T> parser) {
        return list(name, most, (at, element) -> parse(at, element, parser));
    }

    List<Fields> objects(String name, int most) {
        return list(name, most, this::object);
    }

    /** An object's members, all of them texts; a value's mistake is told by its key, never by the value. */
    Map<String, String> entries(String name, int most, Parser<String> key, Parser<String> value) {
        Map<String, String> entries = new LinkedHashMap<>();
        Fields members = object(name);
        if (members == null || isTooMany(path + name, members.node, most)) {
            return entries;
        }
        members.node.properties().forEach(member -> {
            String at = members.path + Quoted.plain(member.getKey());
            String readKey = check(at, member.getKey(), key);
            String readValue = parse(at, member.getValue(), value);
            if (readKey != null && readValue != null) {
                entries.put(readKey, readValue);
            }
        });
        return entries;
    }

    private <T> List<T> list(String name, int most, BiFunction<String, JsonNode, @Nullable T> read) {
        List<T> values = new ArrayList<>();
        JsonNode list = node.path(name);
        if (!has(name) || isTooMany(path + name, list, most)) {
            return values;
        }
        if (!list.isArray()) {
            violations.add(path + name, "must be a list");
            return values;
        }
        for (int i = 0; i < list.size(); i++) {
            T value = read.apply(path + name + "[" + i + "]", list.path(i));
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private boolean isTooMany(String at, JsonNode container, int most) {
        if (container.size() > most) {
            violations.add(at, "has " + container.size() + " entries; " + most + " are the most");
        }
        return container.size() > most;
    }

    private @Nullable Fields object(String at, JsonNode value) {
        if (value instanceof ObjectNode object) {
            return new Fields(object, at + ".", violations);
        }
        violations.add(at, "must be an object");
        return null;
    }

    private <T> @Nullable T parse(String at, JsonNode value, Parser<T> parser) {
        if (!value.isTextual()) {
            violations.add(at, "must be a string");
            return null;
        }
        return check(at, value.textValue(), parser);
    }

    private <T> @Nullable T check(String at, String text, Parser<T> parser) {
        try {
            return parser.apply(text);
        } catch (InvalidValueException e) {
            violations.add(at, e.reason(), e.getMessage());
            return null;
        }
    }
}
