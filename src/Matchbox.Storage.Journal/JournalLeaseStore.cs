using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Matchbox.Core.Health;
using Matchbox.Core.Leases;
using Matchbox.Protocols;
using Microsoft.Extensions.Logging;

namespace Matchbox.Storage.Journal;

/// <summary>
/// Leases in an append-only journal: one write and one flush per batch, tens of thousands of leases a second. Calls come from one
/// thread; snapshots are written beside it and never stop the appends for longer than a few flushes.
/// </summary>
/// <remarks>
/// Two files, both filled with zeros when made, so that their space is there before it is needed: an append allocates nothing, and
/// a disk that others fill stops new leases at most, never renewals. One file is in use; when it fills up, all leases are written
/// into the other, which takes over once it is flushed, by its header with the next generation. The header of the former is wiped
/// before anything is appended to the new one: so exactly one file counts, at whatever moment the power goes.
/// After a failed flush nobody knows what is on the disk: the store takes nothing more until the process starts again.
/// </remarks>
public sealed partial class JournalLeaseStore : ILeaseStore, IHealthCheck, IDisposable
{
    /// <summary>What each of the two files takes at first; they double when half full of leases.</summary>
    public const long DefaultFileSize = 8 * 1024 * 1024;

    private const int SnapshotBatch = 500;

    private static readonly string[] Names = ["leases.0", "leases.1"];

    private readonly IJournalFiles _files;
    private readonly ILogger _logger;
    private readonly long _smallest;
    private readonly Func<Action, Task> _background;
    private readonly Dictionary<IPv4Address, Lease> _latest = [];
    private JournalSide _active;
    private JournalSide _spare;
    private long _stateLength;
    private byte[] _buffer = new byte[64 * 1024];
    private Exception? _failed;
    private volatile string? _refusal;                           // why a new lease was refused last; null when the last one was taken

    /// <summary>Opens the journal in this directory, or begins one. The lock of the directory is held until disposal.</summary>
    /// <exception cref="JournalVersionException">Written by a newer program.</exception>
    /// <exception cref="JournalDamagedException">Damaged; the message says where and how to mend.</exception>
    /// <exception cref="IOException">In use by another process, no space to begin, or the disk fails.</exception>
    public JournalLeaseStore(string directory, ILogger<JournalLeaseStore> logger)
        : this(new DiskJournalFiles(directory), logger, DefaultFileSize, work => Task.Factory.StartNew(
            work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
    {
    }

    internal JournalLeaseStore(IJournalFiles files, ILogger<JournalLeaseStore> logger, long fileSize, Func<Action, Task> background)
    {
        (_files, _logger, _smallest, _background) = (files, logger, fileSize, background);
        try
        {
            Open();
        }
        catch
        {
            _active?.File.Dispose();
            _spare?.File.Dispose();
            files.Dispose();
            throw;
        }
    }

    public IReadOnlyCollection<Lease> Load() => [.. _latest.Values];

    public bool Knows(IPv4Address address) => _latest.ContainsKey(address);

    /// <summary>Says so while new leases are refused, or will be because the files cannot grow.</summary>
    public IEnumerable<HealthFinding> Check() => (_refusal, _cannotGrow) switch
    {
        ({ } refusal, _) => [new HealthFinding("leases", HealthState.Degraded, $"new leases are refused, renewals go on: {refusal}")],
        (null, true) => [new HealthFinding("leases", HealthState.Degraded, "the journal cannot grow: new leases go on in the space that it has, then renewals only")],
        _ => [],
    };

    public void Append(ReadOnlySpan<Lease> batch)
    {
        if (_failed is not null)
        {
            throw new IOException("The lease journal failed earlier and takes nothing more until the service is started again.", _failed);
        }
        if (batch.IsEmpty)
        {
            return;
        }
        try
        {
            TakeOverIfReady();
            var isNew = MakeRoom(batch);
            AppendFrame(_active, batch);
            _active.File.Flush();
            _active.Commit();
            _refusal = isNew ? null : _refusal;
            foreach (var lease in batch)
            {
                Remember(lease);
                _delta?.Add(lease);
            }
            CompactIfDue();
        }
        catch (DiskFullException full)
        {
            _refusal = full.Message;
            throw new LeaseStoreFullException(full.Message, full);   // written or not, it is not counted: the next write goes over it
        }
        catch (LeaseStoreFullException full)
        {
            _refusal = full.Message;
            throw;
        }
        catch (Exception failure)
        {
            _failed = failure;
            throw;
        }
    }

    /// <summary>Waits for a snapshot that is being written. Nothing appended is lost without this call.</summary>
    public void Dispose()
    {
        try
        {
            _compaction?.GetAwaiter().GetResult();
        }
        catch (IOException failure)
        {
            Log.SnapshotFailed(_logger, failure);                // the file in use is whole
        }
        _active.File.Dispose();
        _spare.File.Dispose();
        _files.Dispose();
    }

    [MemberNotNull(nameof(_active), nameof(_spare))]
    private void Open()
    {
        var sides = new JournalSide[2];
        var block = new byte[JournalHeader.Length];
        for (var i = 0; i < 2; i++)
        {
            sides[i] = new JournalSide(Names[i], _files.Open(Names[i]));
            // So that a failure closes what was opened.
            _active = sides[0];
            _spare = sides[i];
            sides[i].File.Read(0, block);
            _ = JournalHeader.TryRead(block, _files.PathOf(Names[i]), out var header);
            sides[i].Header = header;
        }
        if (sides[1].Header.Generation > sides[0].Header.Generation)
        {
            Array.Reverse(sides);
        }
        (_active, _spare) = (sides[0], sides[1]);
        if (_active.Header.Generation != 0)
        {
            Recover();
        }
        else if (sides.FirstOrDefault(HasContent) is { } beheaded)
        {
            throw new JournalDamagedException(_files.PathOf(beheaded.Name), 0, "no readable header, but something behind it");
        }
        else
        {
            Begin();
        }
    }

    private static bool HasContent(JournalSide side)
    {
        var content = new byte[Math.Max(0, side.File.Length - JournalFrame.First)];
        side.File.Read(JournalFrame.First, content);
        return content.AsSpan().ContainsAnyExcept((byte)0);
    }

    private void Begin()
    {
        // After a loss of power in here there is no header yet, and the next start begins again.
        foreach (var side in new[] { _active, _spare })
        {
            FillWithZeros(side, JournalFrame.First, _smallest);
            side.File.Flush();
        }
        WipeHeader(_spare);
        _active.Header = NewHeader(1, JournalFrame.First);
        WriteHeader(_active);
        _active.End = JournalFrame.First;
        _active.Next = 1;
    }

    private void Recover()
    {
        var reader = new JournalReader(_active.File, _active.Header, _files.PathOf(_active.Name));
        reader.ReadAll(Remember);
        (_active.End, _active.Next) = (reader.End, reader.Next);
        if (!reader.Torn.IsEmpty)
        {
            var kept = $"{_active.Name}.{_active.Header.Generation}-{reader.End}.torn";
            _files.Keep(kept, reader.Torn.Span);
            Log.TornTail(_logger, _files.PathOf(_active.Name), reader.End, reader.Torn.Length, _files.PathOf(kept));
            FillWithZeros(_active, reader.End, reader.End + reader.Torn.Length);
        }
        // Cut by hand, or a file system that forgot the length.
        foreach (var side in new[] { _active, _spare })
        {
            Grow(side, _smallest);
        }
        _active.File.Flush();
        WipeHeader(_spare);
    }

    private void Remember(Lease lease)
    {
        if (_latest.TryGetValue(lease.Address, out var before))
        {
            if (before.Revision > lease.Revision)
            {
                return;
            }
            _stateLength -= LeaseRecord.LengthOf(before) + 2;
        }
        _latest[lease.Address] = lease;
        _stateLength += LeaseRecord.LengthOf(lease) + 2;
    }

    /// <summary>Writes the frame behind the last one; the caller flushes, then commits.</summary>
    private void AppendFrame(JournalSide side, ReadOnlySpan<Lease> batch)
    {
        var length = JournalFrame.LengthOf(batch);
        if (_buffer.Length < length)
        {
            _buffer = new byte[length * 2];
        }
        AppendFrame(side, batch, _buffer.AsSpan(0, length));
    }

    private static void AppendFrame(JournalSide side, ReadOnlySpan<Lease> batch, Span<byte> frame)
    {
        JournalFrame.Write(batch, side.Next, side.Header.Salt, frame);
        side.File.Write(side.End, frame);
        side.Pending = frame.Length;
    }

    private static void FillWithZeros(JournalSide side, long from, long to)
    {
        var zeros = new byte[256 * 1024];
        while (from < to)
        {
            var length = (int)Math.Min(zeros.Length, to - from);
            side.File.Write(from, zeros.AsSpan(0, length));
            from += length;
        }
    }

    private static JournalHeader NewHeader(ulong generation, long snapshotEnd) =>
        new(generation, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), snapshotEnd);

    private static void WriteHeader(JournalSide side)
    {
        var block = new byte[JournalHeader.Length];
        side.Header.Write(block);
        WriteHeader(side, block);
    }

    private static void WipeHeader(JournalSide side)
    {
        side.Header = default;
        WriteHeader(side, new byte[JournalHeader.Length]);
    }

    private static void WriteHeader(JournalSide side, byte[] block)
    {
        try
        {
            side.File.Write(0, block);
        }
        catch (DiskFullException full)
        {
            // Which file counts is open now, so this is no "full", which one could go on after.
            throw new IOException(full.Message, full);
        }
        side.File.Flush();
    }

    /// <summary>One of the two files and where its frames end.</summary>
    private sealed class JournalSide(string name, IJournalFile file)
    {
        public string Name { get; } = name;

        public IJournalFile File { get; } = file;

        public JournalHeader Header { get; set; }

        public long End { get; set; }

        public ulong Next { get; set; }

        /// <summary>Length of a frame that was written and not yet flushed.</summary>
        public int Pending { get; set; }

        public long Room => File.Length - End;

        public void Commit()
        {
            End += Pending;
            Pending = 0;
            Next++;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Warning, "{Path}: the last write before the power went is incomplete: {Length} octets from {Offset} on, kept in {Kept}. It was never acknowledged.")]
        public static partial void TornTail(ILogger logger, string path, long offset, int length, string kept);

        [LoggerMessage(5002, LogLevel.Warning, "The lease journal cannot grow: {Reason}. Renewals go on; new leases are refused when {Limit} octets of leases are there (now {Length}).")]
        public static partial void CannotGrow(ILogger logger, string reason, long limit, long length);

        [LoggerMessage(5003, LogLevel.Error, "A snapshot of the lease journal failed.")]
        public static partial void SnapshotFailed(ILogger logger, Exception exception);
    }
}
