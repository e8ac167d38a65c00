using Matchbox.Core.Leases;

namespace Matchbox.Storage.Journal;

public sealed partial class JournalLeaseStore
{
    // An attempt to grow writes all leases and holds up the others meanwhile; but few clients ask often.
    private const int RefusalsBeforeRetry = 16;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private Task? _compaction;
    private List<Lease>? _delta;
    private int _refusals;
    private long _lastTry;
    private volatile bool _cannotGrow;

    /// <summary>Leases beyond this are refused: the rest of a file is the reserve that renewals live on.</summary>
    private long Limit => (Math.Min(_active.File.Length, _spare.File.Length) - JournalFrame.First) / 4 * 3;

    /// <summary>The size that leaves seven eighths for appends.</summary>
    private long Wanted
    {
        get
        {
            var size = _smallest;
            while (size < _stateLength * 8)
            {
                size *= 2;
            }
            return size;
        }
    }

    /// <summary>Makes sure that the batch fits, or throws; tells whether addresses are in it that had no record yet.</summary>
    private bool MakeRoom(ReadOnlySpan<Lease> batch)
    {
        var strangers = 0L;
        foreach (var lease in batch)
        {
            if (!_latest.ContainsKey(lease.Address))
            {
                strangers += LeaseRecord.LengthOf(lease) + 2;
            }
        }
        if (strangers > 0 && _stateLength + strangers > Limit)
        {
            Finish();
            if (_stateLength + strangers > Limit && (!_cannotGrow || ++_refusals % RefusalsBeforeRetry == 0 || TimeProvider.System.GetElapsedTime(_lastTry) > RetryInterval))
            {
                // Twice: a snapshot makes only the file that it is written into larger.
                for (var side = 0; side < 2 && _stateLength + strangers > Limit; side++)
                {
                    Compact();
                    Finish();
                }
                _lastTry = TimeProvider.System.GetTimestamp();
            }
            if (_stateLength + strangers > Limit)
            {
                throw new LeaseStoreFullException($"{_files.PathOf(_active.Name)}: no space for new leases ({_stateLength} of {Limit} octets are taken)");
            }
        }
        var length = JournalFrame.LengthOf(batch);
        for (var side = 0; side < 2 && length > _active.Room; side++)
        {
            Finish();
            if (length > _active.Room)
            {
                Compact();
                Finish();
            }
        }
        if (length > _active.Room)
        {
            throw new LeaseStoreFullException($"{_files.PathOf(_active.Name)}: no space for a batch of {batch.Length} records");
        }
        return strangers > 0;
    }

    private void CompactIfDue()
    {
        var size = _active.File.Length;
        var low = Math.Min(size / 4, (size - JournalFrame.First - _stateLength) / 2);
        if (_compaction is null && (_active.Room < low || (!_cannotGrow && Wanted > Math.Min(size, _spare.File.Length) * 2)))
        {
            Compact();
        }
    }

    /// <summary>Starts writing all leases into the spare file; appends go on into the other.</summary>
    private void Compact()
    {
        var leases = _latest.Values.ToArray();
        // In turns, at most twice the other: on a disk with little space the first must not take what the second needs as well.
        var wanted = Math.Clamp(Wanted, _active.File.Length, _active.File.Length * 2);
        var spare = _spare;
        spare.Header = NewHeader(_active.Header.Generation + 1, JournalFrame.First);
        _delta = [];
        _compaction = _background(() => WriteSnapshot(spare, leases, wanted));
    }

    private void WriteSnapshot(JournalSide spare, Lease[] leases, long wanted)
    {
        (spare.End, spare.Next) = (JournalFrame.First, 1);
        Grow(spare, wanted);
        var frame = new byte[64 * 1024];
        for (var at = 0; at < leases.Length; at += SnapshotBatch)
        {
            var batch = leases.AsSpan(at, Math.Min(SnapshotBatch, leases.Length - at));
            var length = JournalFrame.LengthOf(batch);
            frame = frame.Length < length ? new byte[length * 2] : frame;
            AppendFrame(spare, batch, frame.AsSpan(0, length));
            spare.Commit();
        }
        FillWithZeros(spare, spare.End, spare.File.Length);
        spare.File.Flush();
        spare.Header = spare.Header with { SnapshotEnd = spare.End };
    }

    private void Grow(JournalSide spare, long wanted)
    {
        var before = Math.Max(JournalFrame.First, spare.File.Length);
        if (before >= wanted)
        {
            return;
        }
        // What there is no space for at once may fit by half: a little more room is better than none.
        for (var size = wanted; size > before; size /= 2)
        {
            try
            {
                FillWithZeros(spare, before, size);
                spare.File.Flush();                              // some file systems find out only now that they are full
                _cannotGrow = size < wanted;
                return;
            }
            catch (DiskFullException full)
            {
                spare.File.Truncate(before);                     // what we could not use is not ours to take
                _cannotGrow = true;
                if (size / 2 <= before)
                {
                    Log.CannotGrow(_logger, full.Message, Limit, _stateLength);
                }
            }
        }
    }

    private void TakeOverIfReady()
    {
        if (_compaction is { IsCompleted: true })
        {
            Finish();
        }
    }

    /// <summary>Waits for the snapshot, adds what was appended meanwhile, and makes the spare file the one in use.</summary>
    private void Finish()
    {
        if (_compaction is not { } compaction)
        {
            return;
        }
        var delta = _delta!;
        (_compaction, _delta) = (null, null);
        try
        {
            compaction.GetAwaiter().GetResult();
        }
        catch (DiskFullException full)
        {
            _cannotGrow = true;                                  // a file system that copies on write; the file in use stays
            Log.CannotGrow(_logger, full.Message, Limit, _stateLength);
            return;
        }
        for (var at = 0; at < delta.Count; at += SnapshotBatch)
        {
            var batch = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(delta).Slice(at, Math.Min(SnapshotBatch, delta.Count - at));
            if (JournalFrame.LengthOf(batch) > _spare.Room)
            {
                return;                                          // too much came meanwhile: the file in use stays, the next try starts anew
            }
            AppendFrame(_spare, batch);
            _spare.Commit();
        }
        _spare.File.Flush();
        _spare.Header = _spare.Header with { SnapshotEnd = _spare.End };
        WriteHeader(_spare);
        WipeHeader(_active);
        (_active, _spare) = (_spare, _active);
    }
}
