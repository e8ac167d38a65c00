using System.Text.Json;
using System.Text.Json.Nodes;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Catalogs;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest;

/// <summary>
/// <c>POST /machines/{id}/approve</c>: puts a machine that was seen into the inventory and sees to it that it boots what is wanted: by the
/// labels that a group asks for, or by a group that is made for it alone.
/// </summary>
internal sealed class ApprovalEndpoint(
    MachineRegistry machines, MachineCommands commands, MachineViews views, BootService boot, ICatalogSource catalogs, ICatalogDocuments documents,
    ICatalogPreview preview, CatalogChanges changes)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // What a machine says of itself counts before what it was given.
    private static readonly string[] Identities = ["mac", "uuid", "serial"];

    public void Map(RestRoutes rest) => rest.Operator.MapPost("/machines/{id}/approve", ApproveAsync).RequireOnMachine(Role.Operator)
        .Describe("approveMachine", "Machines", "Put a machine that was seen into the inventory, with what it shall boot",
            "`group` gives it the labels that this group asks for. `profile` is what it shall boot: where no group of that profile selects it, one is made for this machine alone. "
            + "With neither, its labels decide. `dryRun=true` answers what would be.")
        .Takes<ApproveRequest>("""{ "name": "node1", "labels": { "rack": "b7" }, "profile": "worker" }""")
        .Fails(ProblemKind.InvalidRequest, ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Declared, ProblemKind.Unsound, ProblemKind.StoreFailed);

    private async Task<Ok<ApproveResult>> ApproveAsync(HttpContext context, string id, bool? dryRun)
    {
        var isDryRun = DryRun.Note(context, dryRun);
        var asked = await RestBody.ReadAsync(context, RestJson.Default.ApproveRequest, absent: new ApproveRequest());
        MachineDefinitions.Check(new MachineDefinition { Name = asked.Name, Labels = asked.Labels });
        var present = machines.Resolve(id)
            ?? throw new ProblemException(ProblemKind.NotFound, $"no machine, or more than one, is called '{id}': `matchbox machines` lists them");
        if (present.Origin == MachineOrigin.Declared)
        {
            throw new ProblemException(ProblemKind.Declared, $"{present.Id} is declared in the settings: change it there");
        }
        var wanted = present with { Name = asked.Name ?? present.Name, Labels = MachineDefinitions.Merge(present.Labels, asked.Labels), Origin = MachineOrigin.Added, Ignored = null };
        if (asked.Group is { Length: > 0 } group)
        {
            wanted = WithLabelsOf(group, wanted);
        }
        if (context.User.MayChange(present.Labels, wanted.Labels) is AccessDecision.Refused refused)
        {
            throw new ProblemException(ProblemKind.Forbidden, refused.Reason);
        }
        var catalog = catalogs.Current;
        var made = asked.Profile is { Length: > 0 } profile && OfferOf(wanted, catalog)?.Profile.Id != profile ? await GroupForAsync(wanted, profile, context.RequestAborted) : null;
        if (made is not null)
        {
            await changes.MakeAsync(context.User, [made], isDryRun, context.RequestAborted);
            catalog = isDryRun ? (await preview.WithAsync([made], context.RequestAborted)).Catalog : catalogs.Current;
        }
        if (!isDryRun)
        {
            wanted = await commands.AddAsync(wanted, context.By(), context.RequestAborted) switch
            {
                CommandOutcome.Done done => done.Machine,
                CommandOutcome.Refused why => throw new ProblemException(ProblemKind.Conflict, why.Reason),
                var unknown => throw new InvalidOperationException($"no answer for {unknown}"),
            };
        }
        var (selecting, offer) = (boot.GroupOf(wanted, catalog)?.Id, OfferOf(wanted, catalog)?.Profile.Id);
        return TypedResults.Ok(new ApproveResult(TextOf(wanted, selecting, offer), views.Of(wanted) with { Profile = offer }, selecting, offer, made?.Path));
    }

    private static string TextOf(Machine machine, string? group, string? profile) =>
        $"{(machine.Name.Length > 0 ? machine.Name : machine.Id)} {(group is null ? "is selected by no group and boots nothing" : profile is null ? $"is selected by group {group}, which names no profile that is there" : $"boots profile {profile}, by group {group}")}";

    private BootOffer? OfferOf(Machine machine, Catalog catalog) => boot.GroupOf(machine, catalog) is { } group ? catalog.OfferOf(group) : null;

    private Machine WithLabelsOf(string name, Machine machine)
    {
        var catalog = catalogs.Current;
        var group = catalog.Groups.FirstOrDefault(group => group.Id == name)
            ?? throw Fault("/group", $"there is no group '{name}'");
        var labelled = machine with { Labels = machine.Labels.SetItems(group.Selector.Where(pair => !Identities.Contains(pair.Key))) };
        var selecting = boot.GroupOf(labelled, catalog);
        return selecting?.Id == name ? labelled
            : throw new ProblemException(
                ProblemKind.Conflict,
                $"group {name} would not select {machine.Id}, whatever its labels: {(selecting is null ? "it asks for more than labels" : $"group {selecting.Id} comes first, or it asks for more than labels")}");
    }

    /// <summary>A group that selects this machine alone, before whichever else does.</summary>
    private async Task<DocumentChange> GroupForAsync(Machine machine, string profile, CancellationToken cancellation)
    {
        if (!catalogs.Current.Profiles.ContainsKey(profile))
        {
            throw Fault("/profile", $"there is no profile '{profile}'");
        }
        var id = FreeIdFor(machine);
        var group = new JsonObject { ["id"] = id, ["profile"] = profile, ["selector"] = SelectorOf(machine) };
        if (machine.Name.Length > 0)
        {
            group.Insert(1, "name", machine.Name);
        }
        var change = ChangeOf(id, group);
        if (await SelectsAsync(change, id, machine, cancellation) is { } other)
        {
            // One that asks for more comes first, unless this one is said to.
            group["priority"] = other.Priority + 1;
            change = ChangeOf(id, group);
        }
        return change;
    }

    private async Task<Group?> SelectsAsync(DocumentChange change, string id, Machine machine, CancellationToken cancellation) =>
        boot.GroupOf(machine, (await preview.WithAsync([change], cancellation)).Catalog) is { } selecting && selecting.Id != id ? selecting : null;

    private string FreeIdFor(Machine machine)
    {
        var name = machine.Name.Length > 0 ? machine.Name : machine.Id;
        return Enumerable.Range(1, 1000).Select(number => number == 1 ? name : $"{name}-{number}")
            .First(id => documents.Find(DocumentKind.Group.PathOf(id) ?? "") is null && !catalogs.Current.Groups.Any(group => group.Id == id));
    }

    private static JsonObject SelectorOf(Machine machine) =>
        machine.Macs is [var mac, ..] ? new JsonObject { ["mac"] = mac.ToString() }
        : machine.Uuid is { } uuid ? new JsonObject { ["uuid"] = uuid.ToString() }
        : new JsonObject { ["serial"] = machine.Serial };

    private static DocumentChange ChangeOf(string id, JsonObject group) =>
        new(DocumentKind.Group.PathOf(id) ?? throw Fault("/name", $"'{id}' names no group"), System.Text.Encoding.UTF8.GetBytes(group.ToJsonString(Indented) + "\n")) { IfRevision = "" };

    private static ProblemException Fault(string pointer, string detail) =>
        new(ProblemKind.InvalidRequest, detail, new ProblemError { Pointer = pointer, Detail = detail });
}
