using Matchbox.Core.Events;
using Microsoft.Extensions.Logging;

namespace Matchbox.Core.Catalogs;

// What is told of a change: only what is new.
public sealed partial class LiveCatalog
{
    // A mark that was taken off is told once of each profile.
    private readonly HashSet<string> _marksTold = new(StringComparer.Ordinal);

    private void Announce(Snapshot? before, Snapshot now)
    {
        var reading = now.Reading;
        var faults = reading.Faults.Except(before?.Reading.Faults ?? []).ToArray();
        foreach (var fault in faults)
        {
            Log.Fault(_logger, fault);
        }
        foreach (var note in reading.Notes.Except(before?.Reading.Notes ?? []))
        {
            Log.Noted(_logger, note);
        }
        var catalog = reading.Catalog;
        var counts = $"{catalog.Groups.Length} groups and {catalog.Profiles.Count} profiles";
        if (faults.Length > 0)
        {
            var more = faults.Length == 1 ? "" : $" and {faults.Length - 1} more";
            Publish(EventKind.CatalogRefused, before is null
                ? $"documents have faults and are left out; {counts} can be used: {faults[0]}{more}"
                : $"a change has faults; what it breaks stays as it last was good: {faults[0]}{more}");
        }
        else
        {
            Publish(EventKind.CatalogReloaded, $"{counts} in use, from {_settings.Folder}{(now.Documents.Stored.IsEmpty ? "" : $" and {now.Documents.Stored.Count} stored documents")}");
        }
        Log.Loaded(_logger, catalog.Groups.Length, catalog.Profiles.Count, _settings.Folder);
        foreach (var offer in catalog.NewlyTakenOff.Where(offer => _marksTold.Add($"{offer.Profile.Id}\n{offer.Mark.Sign}")).DistinctBy(offer => offer.Profile.Id))
        {
            Publish(EventKind.InstallMarkIgnored, $"profile {offer.Profile.Id} says \"install\": false and is served without an arming, although it looks like an installer: {offer.Mark.Sign}");
        }
    }

    private void Publish(EventKind kind, string text) => _events.Publish(new ApplianceEvent { At = _clock.GetUtcNow(), Kind = kind, Known = true, Text = text });

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Information, "{Groups} groups and {Profiles} profiles from {Folder} and the store")]
        public static partial void Loaded(ILogger logger, int groups, int profiles, string folder);

        [LoggerMessage(2202, LogLevel.Error, "Catalog: {Fault}")]
        public static partial void Fault(ILogger logger, CatalogFault fault);

        [LoggerMessage(2203, LogLevel.Information, "Catalog: {Note}")]
        public static partial void Noted(ILogger logger, string note);

        [LoggerMessage(2204, LogLevel.Warning, "{Folder} cannot be watched ({Reason}): it is looked at every few seconds")]
        public static partial void NotWatched(ILogger logger, string folder, string reason);

        [LoggerMessage(2205, LogLevel.Error, "{Folder} could not be looked at; what was read stays in use")]
        public static partial void LookFailed(ILogger logger, Exception failure, string folder);
    }
}
