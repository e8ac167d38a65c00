using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Core.Catalogs;

// How changes of the declared folder are noticed.
public sealed partial class LiveCatalog
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(3);

    // An editor writes a file in several steps, git and copies thousands of files: read when it has been quiet for so long.
    private static readonly TimeSpan ShortSettle = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan LongSettle = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestSettle = TimeSpan.FromSeconds(10);
    private const int Few = 16;

    // Looking at everything may take a thirtieth of the time, no more.
    private const int PollShare = 30;

    private TimeSpan _poll = Poll;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var told = "";
        while (!stoppingToken.IsCancellationRequested)
        {
            FolderWatch? watch = null;
            if (Directory.Exists(_folder.Root))
            {
                watch = FolderWatch.TryStart(_folder.Root, out var why);
                if (why.Length > 0 && why != told)
                {
                    Log.NotWatched(_logger, _folder.Root, told = why);
                }
            }
            using (watch)
            {
                // What changed is not kept waiting by the look at everything.
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                Task[] ways = [PollAsync(watch, either.Token), FollowAsync(watch, either.Token)];
                await Task.WhenAny(ways);
                await either.CancelAsync();
                await Task.WhenAll(ways).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // The net: network file systems send no notices, and the folder may not be there yet. Ends when another watch is needed.
    private async Task PollAsync(FolderWatch? watch, CancellationToken cancellation)
    {
        if (watch is not null)
        {
            // What came before we listened.
            await GuardedAsync(() => LookAsync(cancellation), cancellation);
        }
        bool isMissing, missed;
        do
        {
            await Task.Delay(_poll, _clock, cancellation);
            missed = await GuardedAsync(() => LookAsync(cancellation), cancellation);
            isMissing = !Directory.Exists(_folder.Root);
        }
        // Another folder of the same name is not the one that is watched.
        while (watch is null ? isMissing : !missed && !isMissing);
    }

    // What the kernel tells. Ends when it tells no more.
    private async Task FollowAsync(FolderWatch? watch, CancellationToken cancellation)
    {
        if (watch is null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return;
        }
        do
        {
            await watch.WaitAsync(cancellation);
            await GuardedAsync(() => TakeHeardAsync(watch, cancellation), cancellation);
        }
        while (!watch.IsLost && Directory.Exists(_folder.Root));
    }

    /// <summary>Looks at the whole folder, once it has become quiet, and takes what changed; the way of a test and of a signal.</summary>
    /// <returns>Whether something had changed.</returns>
    public async Task<bool> LookAsync(CancellationToken cancellation)
    {
        var started = _clock.GetTimestamp();
        var elsewhere = _now.Reading.Parts.Elsewhere;
        var before = _now.Documents.Folder;
        var content = await Task.Run(() => _folder.Look(before, elsewhere), cancellation);
        var cost = _clock.GetElapsedTime(started);
        _poll = cost * PollShare > Poll ? cost * PollShare : Poll;
        if (content.SaysTheSame(before) && content.HasTheSameTimes(before))
        {
            return false;
        }
        for (var quiet = before; !quiet.SaysTheSame(content) && _clock.GetElapsedTime(started) < LongestSettle;)
        {
            quiet = content;
            await Task.Delay(LongSettle, _clock, cancellation);
            content = _folder.Look(quiet, elsewhere);
        }
        await _turn.WaitAsync(cancellation);
        try
        {
            return Take(ToNow(content, before));
        }
        finally
        {
            _turn.Release();
        }
    }

    // Calls and the watch may have taken something meanwhile: what was seen is looked at again. Under the turn, so not everything is.
    private FolderContent ToNow(FolderContent seen, FolderContent before)
    {
        var now = _now.Documents.Folder;
        return ReferenceEquals(now, before) ? seen
            : seen.IsThere && _folder.LookAt(now, seen.Entries.Differing(before.Entries, DeclaredEntry.SaysTheSame)) is { } content
                ? content with { Faults = seen.Faults, Elsewhere = seen.Elsewhere }
            : _folder.Look(now, seen.Elsewhere);
    }

    private async Task<bool> TakeHeardAsync(FolderWatch watch, CancellationToken cancellation)
    {
        var started = _clock.GetTimestamp();
        for (long heard = -1, first = watch.Count; heard != watch.Count && _clock.GetElapsedTime(started) < LongestSettle;)
        {
            heard = watch.Count;
            await Task.Delay(heard - first >= Few ? LongSettle : watch.HeardOf(ShowsItsEnd) ? ShortSettle : Settle, _clock, cancellation);
        }
        if (watch.Take() is not { } paths)
        {
            return await LookAsync(cancellation);
        }
        if (await LookAtAsync(paths, believe: false, cancellation))
        {
            return true;
        }
        // Half a file, or one that is away for the moment in which another takes its place.
        await Task.Delay(LongSettle, _clock, cancellation);
        return watch.Take() is { } more
            ? await LookAtAsync([.. paths.Union(more)], believe: true, cancellation)
            : await LookAsync(cancellation);
    }

    // Half of a JSON document is none, which is a fault and so not believed at once; of a text nobody can tell.
    private static bool ShowsItsEnd(string path) => DocumentPath.IsIn(DocumentPath.Groups, path) || DocumentPath.IsIn(DocumentPath.Profiles, path);

    // False: what is seen is not to be believed at once.
    private async Task<bool> LookAtAsync(string[] paths, bool believe, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var before = _now;
            if (_folder.LookAt(before.Documents.Folder, paths) is not { } content)
            {
                // Folders came or went.
                return believe && Take(_folder.Look(before.Documents.Folder, before.Reading.Parts.Elsewhere));
            }
            if (!believe && paths.Any(path => !DocumentPath.IsUnread(path) && IsDoubtful(before.Documents.Folder.Entries.GetValueOrDefault(path), content.Entries.GetValueOrDefault(path))))
            {
                return false;
            }
            if (content.SaysTheSame(before.Documents.Folder))
            {
                Take(content);
                return true;
            }
            var next = Read(before.Documents with { Folder = content }, before);
            if (!believe && next.Reading.Single.Any(fault => !before.Reading.Single.Contains(fault)))
            {
                return false;
            }
            Use(next);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static bool IsDoubtful(DeclaredEntry? before, DeclaredEntry? after) =>
        after is null ? before is not null : after.Document is null || after.Document.Content.IsEmpty && before is not { Document.Content.IsEmpty: true };

    // Under the turn. Whether something had changed.
    private bool Take(FolderContent content)
    {
        var before = _now;
        if (content.SaysTheSame(before.Documents.Folder))
        {
            // Times of files alone.
            _now = before with { Documents = before.Documents with { Folder = content } };
            return false;
        }
        Use(Read(before.Documents with { Folder = content }, before));
        return true;
    }

    private async Task<bool> GuardedAsync(Func<Task<bool>> look, CancellationToken stopping)
    {
        try
        {
            return await look();
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            Log.LookFailed(_logger, failure, _folder.Root);
            await Task.Delay(Poll, _clock, stopping);
            return false;
        }
    }
}
