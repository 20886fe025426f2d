package io.roundtable.wire.pickle;

import org.jspecify.annotations.Nullable;

/** The opcodes of protocols 0 to 5, and how far the argument of each reaches. Source: CPython's pickletools. */
enum Opcode {
    PROTO(0x80, Form.FIXED, 1),
    FRAME(0x95, Form.FIXED, 8),
    STOP('.'),
    MARK('('),
    POP('0'),
    POP_MARK('1'),
    DUP('2'),

    NONE('N'),
    NEWTRUE(0x88),
    NEWFALSE(0x89),
    INT('I', Form.LINE, 0),
    LONG('L', Form.LINE, 0),
    LONG1(0x8a, Form.COUNTED, 1),
    LONG4(0x8b, Form.COUNTED, 4),
    BININT('J', Form.FIXED, 4),
    BININT1('K', Form.FIXED, 1),
    BININT2('M', Form.FIXED, 2),
    FLOAT('F', Form.LINE, 40),
    BINFLOAT('G', Form.FIXED, 8),

    STRING('S', Form.LINE, 0),
    BINSTRING('T', Form.COUNTED, 4),
    SHORT_BINSTRING('U', Form.COUNTED, 1),
    UNICODE('V', Form.LINE, 0),
    BINUNICODE('X', Form.COUNTED, 4),
    SHORT_BINUNICODE(0x8c, Form.COUNTED, 1),
    BINUNICODE8(0x8d, Form.COUNTED, 8),
    BINBYTES('B', Form.COUNTED, 4),
    SHORT_BINBYTES('C', Form.COUNTED, 1),
    BINBYTES8(0x8e, Form.COUNTED, 8),

    EMPTY_LIST(']'),
    APPEND('a'),
    APPENDS('e'),
    LIST('l'),
    EMPTY_DICT('}'),
    DICT('d'),
    SETITEM('s'),
    SETITEMS('u'),
    EMPTY_TUPLE(')'),
    TUPLE('t'),
    TUPLE1(0x85),
    TUPLE2(0x86),
    TUPLE3(0x87),

    PUT('p', Form.LINE, 10),
    BINPUT('q', Form.FIXED, 1),
    LONG_BINPUT('r', Form.FIXED, 4),
    GET('g', Form.LINE, 10),
    BINGET('h', Form.FIXED, 1),
    LONG_BINGET('j', Form.FIXED, 4),
    MEMOIZE(0x94),

    GLOBAL('c', Form.NAME, 0),
    REDUCE('R'),

    // These name, load or call something, or stand for what is not plain data.
    STACK_GLOBAL(0x93, Form.REFUSED, 0),
    INST('i', Form.REFUSED, 0),
    OBJ('o', Form.REFUSED, 0),
    BUILD('b', Form.REFUSED, 0),
    NEWOBJ(0x81, Form.REFUSED, 0),
    NEWOBJ_EX(0x92, Form.REFUSED, 0),
    EXT1(0x82, Form.REFUSED, 0),
    EXT2(0x83, Form.REFUSED, 0),
    EXT4(0x84, Form.REFUSED, 0),
    PERSID('P', Form.REFUSED, 0),
    BINPERSID('Q', Form.REFUSED, 0),
    EMPTY_SET(0x8f, Form.REFUSED, 0),
    ADDITEMS(0x90, Form.REFUSED, 0),
    FROZENSET(0x91, Form.REFUSED, 0),
    BYTEARRAY8(0x96, Form.REFUSED, 0),
    NEXT_BUFFER(0x97, Form.REFUSED, 0),
    READONLY_BUFFER(0x98, Form.REFUSED, 0);

    /** How an argument ends. */
    enum Form {
        /** After {@link #size} bytes. */
        FIXED,
        /** After as many bytes as {@link #size} little-endian bytes say. */
        COUNTED,
        /** At a newline, with at most {@link #size} bytes before it; 0 leaves the bound to the {@link Limits}. */
        LINE,
        /** At the second newline; only the names of {@link BytesMaker} are let through. */
        NAME,
        /** It does not matter: the opcode is refused. */
        REFUSED
    }

    private static final @Nullable Opcode[] BY_CODE = new Opcode[256];

    static {
        for (Opcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    final int code;
    final Form form;
    final int size;

    Opcode(int code) {
        this(code, Form.FIXED, 0);
    }

    Opcode(int code, Form form, int size) {
        this.code = code;
        this.form = form;
        this.size = size;
    }

    /** Returns the opcode with this code, or null if pickle has none. */
    static @Nullable Opcode of(byte code) {
        return BY_CODE[code & 0xff];
    }

    /** Returns how many bytes may stand before the newline of a {@link Form#LINE}. */
    int lineBytesMax(Limits limits) {
        if (this == INT || this == LONG) {
            return limits.intDigitsMax() + 2; // a sign before, an L behind
        }
        return size > 0 ? size : limits.inputBytesMax();
    }
}
