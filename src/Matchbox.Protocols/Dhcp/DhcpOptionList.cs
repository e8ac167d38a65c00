using System.Buffers.Binary;
using System.Text;

namespace Matchbox.Protocols.Dhcp;

/// <summary>Options being put together, each code once; a later value replaces an earlier one. For one thread at a time.</summary>
public sealed class DhcpOptionList
{
    private byte[] _octets;
    private int _length;

    public DhcpOptionList(int capacity = 256) => _octets = new byte[capacity];

    /// <summary>What is in it now; a view, valid until the next change.</summary>
    public DhcpOptions View => new(_octets, 0, _length);

    public void Set(DhcpOptionCode code, ReadOnlySpan<byte> value) => value.CopyTo(Add(code, value.Length));

    public void Set(DhcpOptionCode code, IPv4Address address) => address.Write(Add(code, 4));

    public void Set(DhcpOptionCode code, ReadOnlySpan<IPv4Address> addresses)
    {
        var value = Add(code, addresses.Length * 4);
        for (var i = 0; i < addresses.Length; i++)
        {
            addresses[i].Write(value[(i * 4)..]);
        }
    }

    public void Set(DhcpOptionCode code, byte number) => Add(code, 1)[0] = number;

    public void Set(DhcpOptionCode code, ushort number) => BinaryPrimitives.WriteUInt16BigEndian(Add(code, 2), number);

    public void Set(DhcpOptionCode code, uint number) => BinaryPrimitives.WriteUInt32BigEndian(Add(code, 4), number);

    /// <summary>Text as UTF-8. <paramref name="nulEnded"/> puts a NUL inside the length: for ROMs that read 67 as a C string.</summary>
    public void Set(DhcpOptionCode code, string text, bool nulEnded = false)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var value = Add(code, nulEnded ? length + 1 : length);
        Encoding.UTF8.GetBytes(text, value);
        if (nulEnded)
        {
            value[length] = 0;
        }
    }

    public void Remove(DhcpOptionCode code)
    {
        for (var at = 0; at < _length;)
        {
            var size = DhcpOptions.EntryHeader + BinaryPrimitives.ReadUInt16BigEndian(_octets.AsSpan(at + 1));
            if (_octets[at] == (byte)code)
            {
                _octets.AsSpan(at + size, _length - at - size).CopyTo(_octets.AsSpan(at));
                _length -= size;
                return;
            }
            at += size;
        }
    }

    /// <summary>Empties the list and keeps its memory.</summary>
    public void Clear() => _length = 0;

    private Span<byte> Add(DhcpOptionCode code, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ushort.MaxValue);
        Remove(code);
        var end = _length + DhcpOptions.EntryHeader + length;
        if (end > _octets.Length)
        {
            Array.Resize(ref _octets, Math.Max(end, _octets.Length * 2));
        }
        var entry = _octets.AsSpan(_length, end - _length);
        DhcpOptions.WriteEntryHeader(entry, (byte)code, length);
        _length = end;
        return entry[DhcpOptions.EntryHeader..];
    }
}
