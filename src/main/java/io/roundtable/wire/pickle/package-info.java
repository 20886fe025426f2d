/**
 * The data-only subset of Python's pickle, protocols 0 to 5: the wire format of the Lab dialect
 * (docs/PROTOCOL.md, "Lab dialect").
 *
 * <p>Values are plain Java:
 *
 * <table>
 * <caption>Python and Java</caption>
 * <tr><th>Python</th><th>Java</th></tr>
 * <tr><td>None, bool, float, str</td><td>null, Boolean, Double, String</td></tr>
 * <tr><td>int</td><td>Long where it fits 64 bits, else BigInteger; never Integer</td></tr>
 * <tr><td>bytes</td><td>byte[]; no dict key, because an array has no value equality</td></tr>
 * <tr><td>tuple</td><td>{@link io.roundtable.wire.pickle.PyTuple}</td></tr>
 * <tr><td>list, dict</td><td>List, LinkedHashMap: mutable, in Python's order</td></tr>
 * </table>
 *
 * <p>Nothing here can name, load or call a class on a peer's word: the opcodes that ask for it are refused. A str with
 * half a surrogate pair is refused as well, because two such halves would become one character in a Java string.
 *
 * <p>{@link io.roundtable.wire.pickle.PickleScanner} finds where a pickle ends in a stream,
 * {@link io.roundtable.wire.pickle.PickleReader} decodes it, {@link io.roundtable.wire.pickle.PickleWriter} encodes.
 */
@NullMarked
package io.roundtable.wire.pickle;

import org.jspecify.annotations.NullMarked;
