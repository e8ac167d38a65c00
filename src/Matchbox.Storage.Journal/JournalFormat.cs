using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Matchbox.Core.Leases;

namespace Matchbox.Storage.Journal;

/// <summary>What the first block of a file says. <paramref name="SnapshotEnd"/>: before it nothing can be torn, only damaged.</summary>
internal readonly record struct JournalHeader(ulong Generation, ulong Salt, long SnapshotEnd)
{
    public const int Length = 44;
    private const ulong Magic = 0x314C_584F_4248_4354;           // "TCHBOXL1" as octets

    /// <summary>The format that this code writes, and the newest it reads.</summary>
    public const uint Version = 1;

    public void Write(Span<byte> block)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(block, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(block[16..], Generation);
        BinaryPrimitives.WriteUInt64LittleEndian(block[24..], Salt);
        BinaryPrimitives.WriteInt64LittleEndian(block[32..], SnapshotEnd);
        BinaryPrimitives.WriteUInt32LittleEndian(block[40..], Crc32C.Of(block[..40], 0));
    }

    /// <summary>False for a block that is no header, whole or at all. Throws for a format newer than ours.</summary>
    public static bool TryRead(ReadOnlySpan<byte> block, string path, out JournalHeader header)
    {
        header = default;
        if (BinaryPrimitives.ReadUInt64LittleEndian(block) != Magic)
        {
            return false;
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(block[8..]) is var version && version > Version)
        {
            throw new JournalVersionException(path, version, Version);
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(block[40..]) != Crc32C.Of(block[..40], 0))
        {
            return false;
        }
        header = new JournalHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(block[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(block[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(block[32..]));
        return true;
    }
}

/// <summary>
/// What one flush makes durable: length u32, CRC32C u32, number u64, then records, each after its length as u16. The checksum
/// covers number and records and starts from the file's random salt, so that neither leftovers nor a client's text pass for a frame.
/// </summary>
internal static class JournalFrame
{
    /// <summary>Where the first frame of a file is: a header has its block to itself.</summary>
    public const int First = 4096;

    public const int Overhead = 16;

    /// <summary>Longest payload that is believed when reading.</summary>
    public const int MaxPayload = 16 * 1024 * 1024;

    public static int LengthOf(ReadOnlySpan<Lease> batch)
    {
        var length = Overhead;
        foreach (var lease in batch)
        {
            length += 2 + LeaseRecord.LengthOf(lease);
        }
        return length;
    }

    /// <summary>Fills <paramref name="frame"/>, which has exactly <see cref="LengthOf"/> octets.</summary>
    public static void Write(ReadOnlySpan<Lease> batch, ulong number, ulong salt, Span<byte> frame)
    {
        var at = Overhead;
        foreach (var lease in batch)
        {
            var length = LeaseRecord.LengthOf(lease);
            BinaryPrimitives.WriteUInt16LittleEndian(frame[at..], checked((ushort)length));
            LeaseRecord.Write(lease, frame.Slice(at + 2, length));
            at += 2 + length;
        }
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)(at - Overhead));
        BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Crc32C.Of(frame[8..at], salt));
    }

    /// <summary>The number and length of the frame that starts here; false if none does.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ulong salt, ulong from, ulong to, out ulong number, out int length)
    {
        number = 0;
        length = 0;
        if (bytes.Length < Overhead)
        {
            return false;
        }
        var payload = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        number = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        if (payload is 0 or > MaxPayload || payload > bytes.Length - Overhead || number < from || number > to)
        {
            return false;
        }
        length = Overhead + (int)payload;
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == Crc32C.Of(bytes[8..length], salt);
    }
}

/// <summary>CRC-32C (Castagnoli, RFC 3720 §12.1), by the processor's instruction where there is one.</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes, ulong salt)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, salt);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }
        foreach (var octet in bytes[(words.Length * 8)..])
        {
            crc = BitOperations.Crc32C(crc, octet);
        }
        return ~crc;
    }
}

/// <summary>The journal was written by a newer program.</summary>
public sealed class JournalVersionException(string path, uint found, uint known)
    : IOException($"{path}: lease journal format {found} is newer than {known}, the newest that this program knows; start the newer program, or move the file away");

/// <summary>The journal is damaged where a loss of power cannot have damaged it.</summary>
public sealed class JournalDamagedException(string path, long offset, string detail) : IOException(
    $"{path}: damaged at offset {offset} ({detail}). Nothing is changed. Put the file back from a backup; or keep a copy and cut it there "
    + $"with 'truncate --size={offset} {path}', which loses the leases recorded after that; or move the directory away to start without leases.")
{
    public long Offset { get; } = offset;
}
