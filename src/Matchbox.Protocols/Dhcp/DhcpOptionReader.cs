namespace Matchbox.Protocols.Dhcp;

/// <summary>
/// Walks the options of one field as they lie there (RFC 2132 §2): pad skipped, stops at end, never copies. Sub-options of
/// options 43, 82 and 175 have the same form, except that 82 knows neither pad nor end (RFC 3046 §2.0).
/// </summary>
public ref struct DhcpOptionReader(ReadOnlySpan<byte> field, bool padAndEnd = true)
{
    private readonly bool _padAndEnd = padAndEnd;
    private ReadOnlySpan<byte> _rest = field;

    /// <summary>The walk ended because an option claims more octets than there are.</summary>
    public bool Truncated { get; private set; }

    public bool TryRead(out byte code, out ReadOnlySpan<byte> value)
    {
        var rest = _rest;
        var at = 0;
        if (_padAndEnd)
        {
            while (at < rest.Length && rest[at] == (byte)DhcpOptionCode.Pad)
            {
                at++;
            }
        }
        code = 0;
        value = default;
        if (at >= rest.Length || (_padAndEnd && rest[at] == (byte)DhcpOptionCode.End))
        {
            _rest = default;
            return false;
        }
        if (at + 1 >= rest.Length || rest[at + 1] > rest.Length - at - 2)
        {
            _rest = default;
            Truncated = true;
            return false;
        }
        code = rest[at];
        value = rest.Slice(at + 2, rest[at + 1]);
        _rest = rest[(at + 2 + value.Length)..];
        return true;
    }
}
