package dev.fastpull.messages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON values as Java's and back, and the spellings of times that all messages share. */
final class JsonValues {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
            .withZone(ZoneOffset.UTC);

    private JsonValues() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static String write(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree could not be written", e);
        }
    }

    /** {@return the time in UTC with three digits of its second, as RFC 3339 has it} */
    static String time(Instant time) {
        return MILLISECONDS.format(time);
    }

    /** {@return the seconds, rounded to milliseconds} */
    static double seconds(double seconds) {
        return Math.round(seconds * 1000) / 1000.0;
    }

    /** {@return the constant's name in lower case, as messages spell it} */
    static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** {@return the constant of that name, in whatever case} */
    static <E extends Enum<E>> Optional<E> named(E[] constants, String name) {
        return Arrays.stream(constants).filter(constant -> constant.name().equalsIgnoreCase(name)).findFirst();
    }

    /** {@return the constant whose {@code toString}, its label, is the text} */
    static <E extends Enum<E>> Optional<E> labeled(E[] constants, String label) {
        return Arrays.stream(constants).filter(constant -> constant.toString().equals(label)).findFirst();
    }

    /** {@return the map as JSON}; throws {@link IllegalArgumentException} where a value has no JSON. */
    static ObjectNode fromMap(Map<String, Object> map) {
        ObjectNode node = MAPPER.valueToTree(map);
        return node;
    }

    /** {@return the object's values as String, Long, Double, BigDecimal, Boolean, List, Map or null, in their order} */
    @SuppressWarnings("NullAway") // JSON's null is a value too, and metadata is echoed as it is
    static Map<String, Object> toMap(ObjectNode node) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        node.properties().forEach(entry -> map.put(entry.getKey(), toValue(entry.getValue())));
        return Collections.unmodifiableMap(map);
    }

    private static @Nullable Object toValue(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return toMap(object);
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>();
            node.forEach(element -> list.add(toValue(element)));
            return Collections.unmodifiableList(list);
        }
        if (node.isNumber()) {
            return toNumber(node);
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return node.isNull() ? null : node.textValue();
    }

    /** The smallest of Long, Double and BigDecimal that holds the number exactly. */
    private static Number toNumber(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? (Number) node.longValue() : new BigDecimal(node.bigIntegerValue());
        }
        BigDecimal exact = node.decimalValue();
        double rounded = exact.doubleValue();
        boolean same = Double.isFinite(rounded) && new BigDecimal(Double.toString(rounded)).compareTo(exact) == 0;
        return same ? (Number) rounded : exact;
    }
}
