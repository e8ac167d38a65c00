using System.Buffers.Binary;
using Matchbox.Core.Leases;

namespace Matchbox.Storage.Journal;

/// <summary>Reads one file of the journal to its end, and tells a torn end from damage.</summary>
internal sealed class JournalReader(IJournalFile file, JournalHeader header, string path)
{
    /// <summary>Where the next frame goes.</summary>
    public long End { get; private set; } = JournalFrame.First;

    /// <summary>The number of the next frame.</summary>
    public ulong Next { get; private set; } = 1;

    /// <summary>What stood after the last good frame, if that was not nothing.</summary>
    public ReadOnlyMemory<byte> Torn { get; private set; }

    public void ReadAll(Action<Lease> onLease)
    {
        var bytes = new byte[Math.Max(0, file.Length - JournalFrame.First)];
        file.Read(JournalFrame.First, bytes);
        var at = 0;
        while (JournalFrame.TryRead(bytes.AsSpan(at), header.Salt, Next, Next, out _, out var length))
        {
            ReadRecords(bytes.AsSpan(at + JournalFrame.Overhead, length - JournalFrame.Overhead), at, onLease);
            at += length;
            Next++;
        }
        End = JournalFrame.First + at;
        var rest = bytes.AsSpan(at);
        var used = rest.LastIndexOfAnyExcept((byte)0) + 1;
        if (End < header.SnapshotEnd)
        {
            throw new JournalDamagedException(path, End, "inside the snapshot, which was flushed before it counted");
        }
        if (used == 0)
        {
            return;
        }
        // A frame is written only after the one before was flushed: a good frame behind a bad one means that a flushed one went bad.
        for (var later = 1; later < used; later++)
        {
            if (JournalFrame.TryRead(rest[later..], header.Salt, Next, Next + (ulong)rest.Length, out var number, out _))
            {
                throw new JournalDamagedException(path, End, $"record group {Next} is unreadable, but group {number} behind it at offset {End + later} is good");
            }
        }
        Torn = bytes.AsMemory(at, used);
    }

    private void ReadRecords(ReadOnlySpan<byte> records, int at, Action<Lease> onLease)
    {
        while (!records.IsEmpty)
        {
            var length = records.Length < 2 ? int.MaxValue : BinaryPrimitives.ReadUInt16LittleEndian(records);
            if (length > records.Length - 2 || !LeaseRecord.TryRead(records.Slice(2, length), out var lease))
            {
                throw new JournalDamagedException(path, JournalFrame.First + at, "the checksum is right but a record is not");
            }
            onLease(lease);
            records = records[(2 + length)..];
        }
    }
}
