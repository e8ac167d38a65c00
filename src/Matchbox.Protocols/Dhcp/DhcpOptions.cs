using System.Buffers.Binary;
using System.Text;

namespace Matchbox.Protocols.Dhcp;

/// <summary>One option: its number and its whole value.</summary>
public readonly ref struct DhcpOption(DhcpOptionCode code, ReadOnlySpan<byte> value)
{
    public DhcpOptionCode Code { get; } = code;

    public ReadOnlySpan<byte> Value { get; } = value;
}

/// <summary>
/// The options of a message or of a reply being composed, each once, in order of first appearance. A view that copies nothing;
/// typed properties give null or an empty span where the option is absent or has a length it cannot have.
/// </summary>
public readonly partial struct DhcpOptions
{
    // An entry is code (1), length (2), value: joined values do not fit a length of one octet.
    internal const int EntryHeader = 3;

    private readonly byte[]? _octets;
    private readonly int _start;
    private readonly int _end;

    internal DhcpOptions(byte[] octets, int start, int end)
    {
        _octets = octets;
        _start = start;
        _end = end;
    }

    public bool Contains(DhcpOptionCode code) => TryGet(code, out _);

    public bool TryGet(DhcpOptionCode code, out ReadOnlySpan<byte> value)
    {
        foreach (var option in this)
        {
            if (option.Code == code)
            {
                value = option.Value;
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <summary>The value, empty where the option is absent.</summary>
    public ReadOnlySpan<byte> Get(DhcpOptionCode code) => TryGet(code, out var value) ? value : default;

    public IPv4Address? GetAddress(DhcpOptionCode code) => Get(code) is { Length: 4 } value ? IPv4Address.Read(value) : null;

    public uint? GetUInt32(DhcpOptionCode code) =>
        Get(code) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : null;

    public ushort? GetUInt16(DhcpOptionCode code) =>
        Get(code) is { Length: 2 } value ? BinaryPrimitives.ReadUInt16BigEndian(value) : null;

    /// <summary>The value as text up to the first NUL: hostile, to be escaped before it is shown. Null where the option is absent.</summary>
    public string? GetText(DhcpOptionCode code) =>
        TryGet(code, out var value) ? Encoding.UTF8.GetString(DhcpMessage.UpToNul(value)) : null;

    public Enumerator GetEnumerator() => new(_octets.AsSpan(_start, _end - _start));

    internal static void WriteEntryHeader(Span<byte> entry, byte code, int length)
    {
        entry[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(entry[1..], (ushort)length);
    }

    public ref struct Enumerator(ReadOnlySpan<byte> entries)
    {
        private ReadOnlySpan<byte> _rest = entries;

        public DhcpOption Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.Length < EntryHeader)
            {
                return false;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(_rest[1..]);
            Current = new DhcpOption((DhcpOptionCode)_rest[0], _rest.Slice(EntryHeader, length));
            _rest = _rest[(EntryHeader + length)..];
            return true;
        }
    }
}
