using Matchbox.Storage.Journal;

namespace Matchbox.Storage.Tests.Leases;

/// <summary>The power is gone: whoever gets this is dead.</summary>
internal sealed class PowerLossException() : Exception("the power is gone");

/// <summary>
/// A disk in memory that forgets what was not flushed. Counts its operations and loses power at the one it is told; what then
/// remains of unflushed writes is decided sector by sector.
/// </summary>
internal sealed class ForgetfulFiles : IJournalFiles
{
    private const int Sector = 512;

    private readonly Dictionary<string, Content> _files = [];

    /// <summary>Writes and flushes so far.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation at which power is lost: a write is half done, a flush not at all.</summary>
    public int PowerLossAt { get; set; } = int.MaxValue;

    /// <summary>Octets that all files together may have.</summary>
    public long Space { get; set; } = long.MaxValue;

    /// <summary>No write succeeds, also into space that a file has: a file system that copies on write.</summary>
    public bool FullForAllWrites { get; set; }

    /// <summary>Flushes that succeed before one fails.</summary>
    public int FlushesBeforeFailure { get; set; } = int.MaxValue;

    public Dictionary<string, byte[]> Kept { get; } = [];

    public IJournalFile Open(string name)
    {
        if (!_files.TryGetValue(name, out var content))
        {
            _files[name] = content = new Content();
        }
        return new OpenFile(this, content);
    }

    public void Keep(string name, ReadOnlySpan<byte> content) => Kept[name] = content.ToArray();

    public string PathOf(string name) => "/journal/" + name;

    public void Dispose()
    {
    }

    public byte[] Durable(string name) => _files[name].Durable;

    public void Replace(string name, byte[] content) => _files[name] = new Content { Durable = content, Seen = [.. content] };

    /// <summary>The disk as the next life finds it. <paramref name="keep"/> says for each unflushed sector whether it was written.</summary>
    public ForgetfulFiles AfterPowerLoss(Func<bool> keep)
    {
        var next = new ForgetfulFiles();
        foreach (var (name, content) in _files)
        {
            var bytes = content.Durable.ToArray();
            foreach (var (offset, written) in content.Unflushed)
            {
                for (var at = 0; at < written.Length;)
                {
                    var length = (int)Math.Min(written.Length - at, Sector - ((offset + at) % Sector));
                    if (keep())
                    {
                        if (bytes.Length < offset + at + length)
                        {
                            Array.Resize(ref bytes, (int)offset + at + length);
                        }
                        written.AsSpan(at, length).CopyTo(bytes.AsSpan((int)offset + at));
                    }
                    at += length;
                }
            }
            next.Replace(name, bytes);
        }
        return next;
    }

    private bool Dies()
    {
        if (Operations >= PowerLossAt)
        {
            throw new PowerLossException();
        }
        return ++Operations >= PowerLossAt;
    }

    private sealed class Content
    {
        public byte[] Durable { get; set; } = [];

        public byte[] Seen { get; set; } = [];

        public List<(long Offset, byte[] Bytes)> Unflushed { get; } = [];
    }

    private sealed class OpenFile(ForgetfulFiles disk, Content content) : IJournalFile
    {
        public long Length => content.Seen.Length;

        public void Read(long offset, Span<byte> buffer)
        {
            buffer.Clear();
            var there = (int)Math.Clamp(content.Seen.Length - offset, 0, buffer.Length);
            content.Seen.AsSpan((int)Math.Min(offset, content.Seen.Length), there).CopyTo(buffer);
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            var dies = disk.Dies();
            var half = dies ? bytes[..(bytes.Length / 2)] : bytes;
            var grows = Math.Max(0, offset + bytes.Length - content.Seen.Length);
            if (disk.FullForAllWrites || grows > disk.Space - disk._files.Values.Sum(file => file.Seen.LongLength))
            {
                throw new DiskFullException("no space in the test");
            }
            if (content.Seen.Length < offset + half.Length)
            {
                var seen = content.Seen;
                Array.Resize(ref seen, (int)offset + half.Length);
                content.Seen = seen;
            }
            half.CopyTo(content.Seen.AsSpan((int)offset));
            content.Unflushed.Add((offset, half.ToArray()));
            if (dies)
            {
                throw new PowerLossException();
            }
        }

        public void Truncate(long length)
        {
            content.Seen = content.Seen[..(int)length];
            content.Durable = [.. content.Seen];                 // the journal only cuts what is not in use
            content.Unflushed.Clear();
        }

        public void Flush()
        {
            if (disk.Dies())
            {
                throw new PowerLossException();
            }
            if (disk.FlushesBeforeFailure-- <= 0)
            {
                throw new IOException("flush failed in the test");
            }
            content.Durable = [.. content.Seen];
            content.Unflushed.Clear();
        }

        public void Dispose()
        {
        }
    }
}
