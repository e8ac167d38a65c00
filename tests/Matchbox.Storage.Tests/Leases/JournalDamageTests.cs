using Matchbox.Core.Leases;
using Matchbox.Storage.Journal;

namespace Matchbox.Storage.Tests.Leases;

/// <summary>Torn ends, damage, newer formats, full disks and failing flushes.</summary>
public class JournalDamageTests
{
    private const string File = "leases.0";
    private const int First = 4096;

    [Fact]
    public void An_end_torn_at_any_octet_is_cut_and_kept_aside()
    {
        var (content, frames) = ThreeFrames();
        for (var cut = frames[2]; cut < frames[3]; cut++)
        {
            var torn = content.ToArray();
            torn.AsSpan(cut).Clear();
            var files = With(torn);
            using (var store = ForgetfulJournal.Open(files))
            {
                Assert.Equal(2, store.Load().Count);
                store.Append([Sample.Lease(9)]);
            }
            var garbage = content.AsSpan(frames[2], cut - frames[2]).TrimEnd((byte)0);
            Assert.Equal(garbage.Length > 0, files.Kept.Count == 1);
            Assert.All(files.Kept, kept => Assert.Equal(($"leases.0.1-{frames[2]}.torn", garbageOf(kept.Value)), (kept.Key, true)));
            using var next = ForgetfulJournal.Open(files);
            Assert.Equal(3, next.Load().Count);

            bool garbageOf(byte[] value) => value.AsSpan().SequenceEqual(content.AsSpan(frames[2], value.Length));
        }
    }

    [Fact]
    public void A_file_cut_at_any_length_behind_its_header_opens_with_what_is_whole()
    {
        var (content, frames) = ThreeFrames();
        for (var length = First; length <= frames[3]; length++)
        {
            using var store = ForgetfulJournal.Open(With(content[..length]));
            Assert.Equal(frames.Skip(1).Count(end => end <= length), store.Load().Count);
        }
    }

    [Fact]
    public void One_wrong_bit_anywhere_before_the_last_frame_stops_the_start_with_the_place()
    {
        var (content, frames) = ThreeFrames();
        for (var at = First; at < frames[2]; at++)
        {
            var damaged = content.ToArray();
            damaged[at] ^= 0x10;
            var failure = Assert.Throws<JournalDamagedException>(() => ForgetfulJournal.Open(With(damaged)));
            Assert.Equal(at < frames[1] ? First : frames[1], failure.Offset);
            Assert.Contains($"/journal/leases.0: damaged at offset {failure.Offset}", failure.Message, StringComparison.Ordinal);
            Assert.Contains($"truncate --size={failure.Offset} /journal/leases.0", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Damage_inside_a_snapshot_is_no_torn_end()
    {
        var files = new ForgetfulFiles();
        using (var store = ForgetfulJournal.Open(files, fileSize: 8 * 1024))
        {
            for (var n = 1; n < 60; n++)
            {
                store.Append([Sample.Lease(n % 3, n)]);
            }
        }
        var active = new[] { "leases.0", "leases.1" }.Single(name => BitConverter.ToUInt64(files.Durable(name), 16) > 1);
        var damaged = files.Durable(active).ToArray();
        damaged.AsSpan(First + 20).Clear();
        files.Replace(active, damaged);
        Assert.Throws<JournalDamagedException>(() => ForgetfulJournal.Open(files));
    }

    [Fact]
    public void A_wrong_header_is_no_empty_journal()
    {
        var (content, _) = ThreeFrames();
        for (var at = 0; at < 44; at++)
        {
            var damaged = content.ToArray();
            damaged[at] ^= 0x80;
            Assert.ThrowsAny<IOException>(() => ForgetfulJournal.Open(With(damaged)));
        }
    }

    [Fact]
    public void A_newer_format_is_refused_with_its_number()
    {
        var (content, _) = ThreeFrames();
        content[8] = 42;
        var failure = Assert.Throws<JournalVersionException>(() => ForgetfulJournal.Open(With(content)));
        Assert.Contains("format 42 is newer than 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_stops_new_leases_and_lets_renewals_go_on()
    {
        var files = new ForgetfulFiles { Space = 64 * 1024 };
        var store = ForgetfulJournal.Open(files, fileSize: 32 * 1024);
        var leases = 0;
        while (Record.Exception(() => store.Append([Sample.Lease(leases, leases)])) is not { } refusal || !Refused(refusal))
        {
            leases++;
        }
        Assert.InRange(leases, 100, 1000);
        for (var renewal = 0; renewal < 5000; renewal++)
        {
            store.Append([Sample.Lease(renewal % leases, 10_000 + renewal)]);
        }
        Assert.Throws<LeaseStoreFullException>(() => store.Append([Sample.Lease(leases)]));
        using (var next = ForgetfulJournal.Open(files.AfterPowerLoss(() => false), fileSize: 32 * 1024))
        {
            Assert.Equal(leases, next.Load().Count);
            Assert.Equal(14_999, next.Load().Max(lease => lease.Revision));
        }

        files.Space = long.MaxValue;
        for (var attempt = 0; attempt < 40; attempt++)
        {
            _ = Record.Exception(() => store.Append([Sample.Lease(leases, 20_000)]));
        }
        Assert.True(store.Knows(Sample.At(leases)));
        store.Dispose();

        static bool Refused(Exception refusal) => refusal is LeaseStoreFullException ? true : throw refusal;
    }

    [Fact]
    public void A_disk_with_a_little_space_is_used_for_a_little_more_leases()
    {
        // Room for files of 64 KiB, not for those of 256 KiB that the leases would like.
        var files = new ForgetfulFiles { Space = 64 * 1024 };
        using var store = ForgetfulJournal.Open(files, fileSize: 32 * 1024);
        var before = Fill(store, 0);
        Assert.Contains("new leases are refused", Assert.Single(store.Check()).Text, StringComparison.Ordinal);

        files.Space = 128 * 1024;
        var after = Fill(store, before);

        Assert.InRange(after, before * 3 / 2, before * 3);
        files.Space = long.MaxValue;
        Assert.InRange(Fill(store, after, limit: 4 * after), 4 * after, 4 * after);
        Assert.Empty(store.Check());

        static int Fill(JournalLeaseStore store, int leases, int limit = int.MaxValue)
        {
            // A store that is full tries for space only now and then.
            for (var refusals = 0; refusals < 40 && leases < limit;)
            {
                if (Record.Exception(() => store.Append([Sample.Lease(leases, leases)])) is null)
                {
                    (leases, refusals) = (leases + 1, 0);
                }
                else
                {
                    refusals++;
                }
            }
            return leases;
        }
    }

    [Fact]
    public void A_disk_that_cannot_even_overwrite_is_full_and_loses_nothing()
    {
        var files = new ForgetfulFiles();
        var store = ForgetfulJournal.Open(files);
        store.Append([Sample.Lease(1, 1)]);
        files.FullForAllWrites = true;
        Assert.Throws<LeaseStoreFullException>(() => store.Append([Sample.Lease(1, 2)]));
        files.FullForAllWrites = false;
        store.Append([Sample.Lease(1, 3)]);
        using var next = ForgetfulJournal.Open(files.AfterPowerLoss(() => false));
        Assert.Equal(3, Assert.Single(next.Load()).Revision);
    }

    [Fact]
    public void After_a_failed_flush_nothing_is_taken_until_the_next_start()
    {
        var files = new ForgetfulFiles();
        var store = ForgetfulJournal.Open(files);
        store.Append([Sample.Lease(1)]);
        files.FlushesBeforeFailure = 0;
        Assert.Equal("flush failed in the test", Assert.Throws<IOException>(() => store.Append([Sample.Lease(2)])).Message);
        files.FlushesBeforeFailure = int.MaxValue;
        var operations = files.Operations;
        var second = Assert.Throws<IOException>(() => store.Append([Sample.Lease(1, 2)]));
        Assert.Contains("until the service is started again", second.Message, StringComparison.Ordinal);
        Assert.Equal(operations, files.Operations);              // never a second flush
        using var next = ForgetfulJournal.Open(files.AfterPowerLoss(() => false));
        Assert.Equal(1, Assert.Single(next.Load()).Revision);
    }

    /// <summary>A journal of three frames with one lease each, and where each begins and the last ends.</summary>
    private static (byte[] Content, int[] Frames) ThreeFrames()
    {
        var files = new ForgetfulFiles();
        using (var store = ForgetfulJournal.Open(files))
        {
            for (var n = 1; n <= 3; n++)
            {
                store.Append([Sample.Lease(n)]);
            }
        }
        var content = files.Durable(File).ToArray();
        var frames = new List<int> { First };
        for (var n = 0; n < 3; n++)
        {
            frames.Add(frames[^1] + 16 + BitConverter.ToInt32(content, frames[^1]));
        }
        return (content, [.. frames]);
    }

    private static ForgetfulFiles With(byte[] content)
    {
        var files = new ForgetfulFiles();
        files.Replace(File, content);
        return files;
    }
}
