using System.Threading.Channels;
using Matchbox.Core.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// The catalog of a folder that people and git change while we run. A change is taken whole when all of it is sound; otherwise
/// the last good one stays in use and an event says why. At the start, where there is no last good one, what can be used is used.
/// </summary>
public sealed partial class FolderCatalog : BackgroundService, ICatalogSource
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(3);

    // An editor or git writes for a moment: read when it has been quiet for so long.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    private readonly string _folder;
    private readonly IReadOnlyCollection<string> _hintsOff;
    private readonly bool _strict;
    private readonly IEventSink _events;
    private readonly TimeProvider _clock;
    private readonly ILogger<FolderCatalog> _logger;

    // One hint is as good as many: each means "look".
    private readonly Channel<bool> _hints = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private volatile CatalogReading _reading;
    private volatile CatalogReading _latest;
    private string _seen;

    public FolderCatalog(string folder, IReadOnlyCollection<string> hintsOff, IEventSink events, TimeProvider clock, ILogger<FolderCatalog> logger, bool strict = false)
    {
        _folder = Path.GetFullPath(folder);
        _hintsOff = hintsOff;
        _strict = strict;
        _events = events;
        _clock = clock;
        _logger = logger;
        _seen = FolderState.Of(_folder);
        _reading = _latest = CatalogFolder.Read(_folder, _hintsOff, _strict);
        Announce(_reading, isFirst: true);
    }

    public Catalog Current => _reading.Catalog;

    /// <summary>What the newest reading found, in use or not.</summary>
    public CatalogReading Latest => _latest;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                watcher ??= Watch();
                await WaitForHintAsync(stoppingToken);
                await LookAsync(stoppingToken);
                if (watcher is not null && !Directory.Exists(_folder))
                {
                    watcher.Dispose();
                    watcher = null;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The stop.
        }
        finally
        {
            watcher?.Dispose();
        }
    }

    /// <summary>Reads the folder if it changed since the last look; the way of a test and of a signal.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var state = FolderState.Of(_folder);
        if (state == _seen)
        {
            return;
        }
        for (var quiet = ""; quiet != state; state = FolderState.Of(_folder))
        {
            quiet = state;
            await Task.Delay(Settle, _clock, cancellation);
        }
        _seen = state;
        var reading = CatalogFolder.Read(_folder, _hintsOff, _strict);
        _latest = reading;
        if (reading.Faults.IsEmpty)
        {
            _reading = reading;
        }
        Announce(reading, isFirst: false);
    }

    private async Task WaitForHintAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // The poll is the net: network file systems send no notices, and the folder may not be there yet.
        await Task.WhenAny(_hints.Reader.ReadAsync(either.Token).AsTask(), Task.Delay(Poll, _clock, either.Token));
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private FileSystemWatcher? Watch()
    {
        if (!Directory.Exists(_folder))
        {
            return null;
        }
        try
        {
            var watcher = new FileSystemWatcher(_folder) { IncludeSubdirectories = true };
            FileSystemEventHandler look = (_, _) => _hints.Writer.TryWrite(true);
            watcher.Changed += look;
            watcher.Created += look;
            watcher.Deleted += look;
            watcher.Renamed += (_, _) => _hints.Writer.TryWrite(true);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception failure) when (failure is IOException or ArgumentException)
        {
            // Out of watches, or gone again: the poll finds the change.
            Log.NotWatched(_logger, _folder, failure.Message);
            return null;
        }
    }

    private void Announce(CatalogReading reading, bool isFirst)
    {
        foreach (var fault in reading.Faults)
        {
            Log.Fault(_logger, fault);
        }
        foreach (var note in reading.Notes)
        {
            Log.Noted(_logger, note);
        }
        var catalog = reading.Catalog;
        var counts = $"{catalog.Groups.Length} groups and {catalog.Profiles.Count} profiles";
        if (!reading.Faults.IsEmpty)
        {
            var more = reading.Faults.Length == 1 ? "" : $" and {reading.Faults.Length - 1} more";
            Publish(EventKind.CatalogRefused, isFirst
                ? $"the declared folder has faults; {counts} can be used: {reading.Faults[0]}{more}"
                : $"the declared folder changed and has faults, so what was read before stays in use: {reading.Faults[0]}{more}");
            if (!isFirst)
            {
                return;
            }
        }
        else
        {
            Publish(EventKind.CatalogReloaded, $"{counts} read from {_folder}");
        }
        Log.Loaded(_logger, catalog.Groups.Length, catalog.Profiles.Count, _folder);
        foreach (var offer in catalog.Offers.Where(offer => offer.Mark.TakenOff).DistinctBy(offer => offer.Profile.Id))
        {
            Publish(EventKind.InstallMarkIgnored, $"profile {offer.Profile.Id} says \"install\": false and is served without an arming, although it looks like an installer: {offer.Mark.Sign}");
        }
    }

    private void Publish(EventKind kind, string text) => _events.Publish(new ApplianceEvent { At = _clock.GetUtcNow(), Kind = kind, Known = true, Text = text });

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Information, "{Groups} groups and {Profiles} profiles from {Folder}")]
        public static partial void Loaded(ILogger logger, int groups, int profiles, string folder);

        [LoggerMessage(2202, LogLevel.Error, "Catalog: {Fault}")]
        public static partial void Fault(ILogger logger, CatalogFault fault);

        [LoggerMessage(2203, LogLevel.Information, "Catalog: {Note}")]
        public static partial void Noted(ILogger logger, string note);

        [LoggerMessage(2204, LogLevel.Warning, "{Folder} cannot be watched ({Reason}): it is looked at every few seconds")]
        public static partial void NotWatched(ILogger logger, string folder, string reason);
    }
}
