package io.roundtable.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How values that are no records stand in bytes. */
final class Forms {
    private Forms() {}

    static final Form INT = new Form() {
        @Override
        public void write(Packer out, Object value) {
            out.writeSigned((Integer) value);
        }

        @Override
        public Object read(Unpacker in) {
            long value = in.readSigned();
            if (value != (int) value) {
                throw new CodecException("a number of more than 32 bits");
            }
            return (int) value;
        }

        @Override
        public Object absent() {
            return 0;
        }
    };

    static final Form LONG = new Form() {
        @Override
        public void write(Packer out, Object value) {
            out.writeSigned((Long) value);
        }

        @Override
        public Object read(Unpacker in) {
            return in.readSigned();
        }

        @Override
        public Object absent() {
            return 0L;
        }
    };

    static final Form BOOLEAN = new Form() {
        @Override
        public void write(Packer out, Object value) {
            out.writeBoolean((Boolean) value);
        }

        @Override
        public Object read(Unpacker in) {
            return in.readBoolean();
        }

        @Override
        public Object absent() {
            return false;
        }
    };

    static final Form STRING = new Form() {
        @Override
        public void write(Packer out, Object value) {
            out.writeString((String) value);
        }

        @Override
        public Object read(Unpacker in) {
            return in.readString();
        }

        @Override
        public Object absent() {
            return "";
        }
    };

    static final Form BYTES = new Form() {
        @Override
        public void write(Packer out, Object value) {
            out.writeBytes((byte[]) value);
        }

        @Override
        public Object read(Unpacker in) {
            return in.readBytes();
        }

        @Override
        public Object absent() {
            return new byte[0];
        }
    };

    /** @param unknown what is read for one that is not known here; null if there is no such thing */
    record EnumForm(Object[] constants, @Nullable Object unknown) implements Form {
        @Override
        public void write(Packer out, Object value) {
            out.writeByte(((Enum<?>) value).ordinal());
        }

        @Override
        public Object read(Unpacker in) {
            int ordinal = in.readByte();
            if (ordinal < constants.length) {
                return constants[ordinal];
            }
            if (unknown == null) {
                throw new CodecException("no constant " + ordinal);
            }
            return unknown;
        }

        @Override
        public Object absent() {
            return unknown == null ? constants[0] : unknown;
        }
    }

    record ListForm(Form element) implements Form {
        @Override
        public void write(Packer out, Object value) {
            List<?> list = (List<?>) value;
            out.writeVarLong(list.size());
            for (Object each : list) {
                element.write(out, each);
            }
        }

        @Override
        public Object read(Unpacker in) {
            // Every element takes at least one byte, but for records without components, which nobody lists.
            int count = in.readCount(in.left());
            List<Object> list = new ArrayList<>(Math.min(count, 1024));
            for (int i = 0; i < count; i++) {
                list.add(element.read(in));
            }
            return list;
        }

        @Override
        public Object absent() {
            return List.of();
        }
    }

    /** In the order of the keys, each of which is there once: the same map gives the same bytes. */
    record MapForm(Form element) implements Form {
        @Override
        public void write(Packer out, Object value) {
            SortedMap<?, ?> sorted = new TreeMap<>((Map<?, ?>) value);
            out.writeVarLong(sorted.size());
            sorted.forEach((key, each) -> {
                out.writeString((String) key);
                element.write(out, each);
            });
        }

        @Override
        public Object read(Unpacker in) {
            int count = in.readCount(in.left());
            SortedMap<String, Object> map = new TreeMap<>();
            for (int i = 0; i < count; i++) {
                String key = in.readString();
                if (!map.isEmpty() && map.lastKey().compareTo(key) >= 0) {
                    throw new CodecException("keys that are not in order");
                }
                map.put(key, element.read(in));
            }
            return map;
        }

        @Override
        public Object absent() {
            return Map.of();
        }
    }

    record OptionalForm(Form element) implements Form {
        @Override
        public void write(Packer out, Object value) {
            Optional<?> optional = (Optional<?>) value;
            out.writeBoolean(optional.isPresent());
            if (optional.isPresent()) {
                element.write(out, optional.get());
            }
        }

        @Override
        public Object read(Unpacker in) {
            return in.readBoolean() ? Optional.of(element.read(in)) : Optional.empty();
        }

        @Override
        public Object absent() {
            return Optional.empty();
        }
    }
}
