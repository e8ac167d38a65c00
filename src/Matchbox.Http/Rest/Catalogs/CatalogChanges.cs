using System.Collections.Immutable;
using System.Security.Claims;
using System.Text;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;

namespace Matchbox.Http.Rest.Catalogs;

/// <summary>Makes changes of documents, or tells what they would do, and answers with what came of it.</summary>
internal sealed class CatalogChanges(
    ICatalogDocuments documents, ICatalogSource catalogs, MachineRegistry machines, BootService boot, ICatalogPreview preview,
    CatalogRights rights)
{
    // A dry run shows what a person can read; a list of more machines than that is read by nobody.
    private const int MaxShown = 64 << 10;
    private const int MaxMachines = 10_000;

    /// <summary>All of them or none; as far as the caller may.</summary>
    /// <exception cref="ProblemException">None was made: why, and where.</exception>
    public async Task<ChangeResult> MakeAsync(ClaimsPrincipal caller, IReadOnlyList<DocumentChange> changes, bool dryRun, CancellationToken cancellation)
    {
        var before = changes.ToDictionary(change => change.Path, change => documents.Find(change.Path), StringComparer.Ordinal);
        switch (await rights.ChangeAsync(caller.Rights(), changes, DocumentCheck.Sound, dryRun, cancellation))
        {
            case ChangeOutcome.Done done:
                var reading = dryRun ? await preview.WithAsync(changes, cancellation) : null;
                return new ChangeResult
                {
                    DryRun = dryRun,
                    Documents = [.. changes.Select(change => StepOf(change, before[change.Path], dryRun))],
                    Notes = done.Notes,
                    Ties = TiesIn(reading?.Catalog ?? catalogs.Current, changes, caller.Rights()),
                    Machines = reading is null ? null : [.. Touched(reading.Catalog).Take(MaxMachines)],
                };
            case ChangeOutcome.Forbidden forbidden:
                throw new ProblemException(ProblemKind.Forbidden, $"nothing was changed: {forbidden.Reason}");
            case ChangeOutcome.Stale stale:
                throw Conditions.Stale(stale.Present?.Revision);
            case ChangeOutcome.Declared declared:
                throw new ProblemException(
                    ProblemKind.Declared, $"{declared.Path} is a file of the data folder, which calls do not write: change it there, or serve with write-to: folder",
                    new ProblemError { File = declared.Path, Detail = "a file of the data folder" });
            case ChangeOutcome.Refused refused:
                throw Unsound(refused.Faults, changes);
            case ChangeOutcome.Failed failed:
                throw new ProblemException(ProblemKind.StoreFailed, $"nothing was changed: {failed.Reason}");
            case var unknown:
                throw new InvalidOperationException($"no answer for {unknown}");
        }
    }

    public static string RevisionOf(ReadOnlyMemory<byte> content) => new CatalogDocument("", content, DocumentOrigin.Store).Revision;

    private static DocumentStep StepOf(DocumentChange change, CatalogDocument? before, bool dryRun)
    {
        var revision = change.Content is { } content ? RevisionOf(content) : null;
        var step = revision is null ? before is null ? "none" : "delete"
            : before is null ? "create"
            : before.Revision == revision ? "none" : "change";
        return dryRun && step != "none"
            ? new DocumentStep(change.Path, step, revision, TextOf(before?.Content), TextOf(change.Content))
            : new DocumentStep(change.Path, step, revision);
    }

    private static string? TextOf(ReadOnlyMemory<byte>? content)
    {
        if (content is not { Length: <= MaxShown } octets)
        {
            return null;
        }
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(octets.Span);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // The machines that are known of: a stranger's next boot is decided when it comes.
    private IEnumerable<MachineStep> Touched(Catalog after)
    {
        var present = catalogs.Current;
        foreach (var machine in machines.All.OrderBy(machine => machine.Id, StringComparer.Ordinal))
        {
            var (groupBefore, groupAfter) = (boot.GroupOf(machine, present), boot.GroupOf(machine, after));
            var (offerBefore, offerAfter) = (groupBefore is null ? null : present.OfferOf(groupBefore), groupAfter is null ? null : after.OfferOf(groupAfter));
            if (groupBefore?.Id == groupAfter?.Id && offerBefore?.Profile.Id == offerAfter?.Profile.Id && offerBefore?.Digest == offerAfter?.Digest)
            {
                continue;
            }
            yield return new MachineStep(
                machine.Id, machine.Name, groupBefore?.Id, groupAfter?.Id, offerBefore?.Profile.Id, offerAfter?.Profile.Id,
                offerAfter is null ? "boots nothing any more"
                : offerBefore is null ? $"boots profile {offerAfter.Profile.Id}"
                : offerBefore.Profile.Id != offerAfter.Profile.Id ? $"boots profile {offerAfter.Profile.Id} instead of {offerBefore.Profile.Id}"
                : offerBefore.Digest != offerAfter.Digest ? $"profile {offerAfter.Profile.Id} gives it something else{(machine.Installation.Arming is null ? "" : ", which ends its arming")}"
                : $"is selected by group {groupAfter?.Id} instead of {groupBefore?.Id}");
        }
    }

    // Only those that the change has a part in: older ones are no news.
    private string[] TiesIn(Catalog catalog, IReadOnlyList<DocumentChange> changes, ImmutableArray<Right> caller)
    {
        var changed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.Content is { } content && DocumentKind.TryOf(change.Path, out var kind, out var id) && kind == DocumentKind.Group)
            {
                var said = DocumentViews.Text(DocumentViews.Read(new CatalogDocument(change.Path, content, DocumentOrigin.Store)), "id");
                changed.Add(said.Length > 0 ? said : id);
            }
        }
        return changed.Count == 0 ? [] : [.. catalog.Ties.Where(tie => tie.Any(group => changed.Contains(group.Id)) && tie.All(IsSeen)).Select(TieText.Of)];

        bool IsSeen(Group group) =>
            AccessRules.HoldsEverywhere(caller, Role.Viewer) || changed.Contains(group.Id) || rights.Find(caller, DocumentKind.Group.PathOf(group.Id) ?? "") is not null;
    }

    /// <summary>The problem of documents that are not sound, each fault with its place.</summary>
    public static ProblemException Unsound(ImmutableArray<CatalogFault> faults, IReadOnlyList<DocumentChange> changes)
    {
        var errors = faults.Select(fault => new ProblemError
        {
            File = fault.File,
            Line = fault.Line,
            Column = fault.Column,
            Detail = fault.What,
            Mend = fault.Mend.Length > 0 ? fault.Mend : null,
            // Only what was sent is at hand, and only JSON has pointers.
            Pointer = changes.FirstOrDefault(change => change.Path == fault.File) is { Content: { } content } && fault.File.EndsWith(".json", StringComparison.Ordinal)
                ? JsonPlace.PointerAt(content.Span, fault.Line, fault.Column)
                : null,
        }).ToArray();
        var more = errors.Length == 1 ? "" : $" (and {errors.Length - 1} more)";
        return new ProblemException(ProblemKind.Unsound, $"{(faults.IsEmpty ? "the documents are not sound" : faults[0])}{more}: nothing was changed", errors);
    }
}
