using Matchbox.Core;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest;

/// <summary>Machines: look, approve, change, arm, release. A machine is named by id, MAC, UUID, serial number or name.</summary>
internal sealed class MachineEndpoints(MachineRegistry machines, MachineCommands commands, MachineViews views, MachineDefinitions definitions, MachineAnswers answers)
{
    private const string Tag = "Machines";
    private const string Example = """{ "name": "node1", "macs": ["52:54:00:77:00:01"], "labels": { "rack": "b7" } }""";

    private const string Shown = """
        { "id": "52-54-00-77-00-01", "name": "node1", "origin": "added", "state": "armed", "macs": ["52:54:00:77:00:01"], "labels": { "rack": "b7" }, "address": "10.77.0.9",
          "profile": "worker", "firstSeenAt": "2026-03-01T12:00:00Z", "revision": "2cf24dba5fb0a30e26e83b2ac5b9e29e" }
        """;

    public void Map(RestRoutes rest)
    {
        rest.Viewer.MapGet("/machines", List)
            .Describe("listMachines", Tag, "List machines", "`selector=key=value` may stand several times, and all must fit: a label, or `name`, `mac`, `uuid`, `serial`, `state`, `protected`, `subnet`, `origin`.")
            .Shows($$"""{ "machines": [ {{Shown}} ], "next": "306e6f6465" }""")
            .Fails(ProblemKind.InvalidRequest);
        rest.Viewer.MapGet("/machines/{id}", Show).RequireOnMachine(Role.Viewer)
            .Describe("getMachine", Tag, "Show all that is known of a machine", "The `ETag` names what can be written of it: name, identifiers, labels.")
            .Shows(Shown)
            .Fails(ProblemKind.NotFound);
        rest.Operator.MapPost("/machines", AddAsync)
            .Describe("addMachine", Tag, "Put a machine into the inventory", "At least one of MAC, UUID and serial number. What is known of it already stays.")
            .Takes<NewMachine>(Example)
            .Fails(ProblemKind.InvalidRequest, ProblemKind.Conflict, ProblemKind.StoreFailed);
        rest.Operator.MapPut("/machines/{id}", ReplaceAsync).RequireOnMachine(Role.Operator)
            .Describe("replaceMachine", Tag, "Give a machine this name and these labels", "With `If-Match`, only when nobody changed them meanwhile (`412`).")
            .Takes<MachineDefinition>("""{ "name": "node1", "labels": { "rack": "b7" } }""")
            .Fails(ProblemKind.InvalidRequest, ProblemKind.NotFound, ProblemKind.Declared, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.Operator.MapPatch("/machines/{id}", PatchAsync).RequireOnMachine(Role.Operator)
            .Describe("changeMachine", Tag, "Change a machine's name or some of its labels", "A JSON merge patch (RFC 7396): a label that is null is taken off.")
            .Takes<MachineDefinition>("""{ "labels": { "rack": "b8", "spare": null } }""", "application/merge-patch+json", "application/json")
            .Fails(ProblemKind.InvalidRequest, ProblemKind.NotFound, ProblemKind.Declared, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.Operator.MapDelete("/machines/{id}", RemoveAsync).RequireOnMachine(Role.Operator)
            .Describe("removeMachine", Tag, "Forget a machine with its history")
            .Fails(ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.Operator.MapPost("/machines/{id}/arm", ArmAsync).RequireOnMachine(Role.Operator)
            .Describe("armMachine", Tag, "Permit one installation", "Of the profile that the machine's groups select now. `disk` is a serial number, WWN or path of the machine's inventory, and becomes `.arming.disk` of its config. It is used up by the machine's own report, expires, and ends when the profile or config changes.")
            .Takes<ArmRequest>("""{ "lifetime": "30m", "disk": "S4EVNX0R" }""")
            .Fails(ProblemKind.InvalidRequest, ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.Operator.MapPost("/machines/{id}/disarm", DisarmAsync).RequireOnMachine(Role.Operator)
            .Describe("disarmMachine", Tag, "Take the permission to install back")
            .Fails(ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.Operator.MapPost("/machines/{id}/release", ReleaseAsync).RequireOnMachine(Role.Operator)
            .Describe("releaseMachine", Tag, "Free a held machine: it boots by the rules again")
            .Fails(ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.Viewer.MapGet("/armings", Armings)
            .Describe("listArmings", Tag, "List the permissions to install that hold now");
    }

    private Ok<MachineList> List(HttpContext context, string[]? selector, int? limit, string? cursor)
    {
        _ = (selector, limit, cursor);
        var selected = machines.All.Where(machine => context.User.May(Role.Viewer, machine.Labels));
        foreach (var (key, value) in context.PairsOf("selector"))
        {
            selected = selected.Where(machine => views.Selects(machine, key, value));
        }
        // Who asks for no page gets all of them, as the command line does.
        var (page, next) = Paging.PageOf(context, selected.OrderBy(KeyOf, StringComparer.Ordinal), KeyOf, otherwise: int.MaxValue);
        return TypedResults.Ok(new MachineList([.. page.Select(machine => views.For(context.User, machine))], next));
    }

    private IResult Show(HttpContext context, string id)
    {
        var machine = Find(id);
        return Conditions.IsKnownToCaller(context, MachineDefinitions.RevisionOf(machine))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(views.For(context.User, machine));
    }

    private Ok<ArmingList> Armings(HttpContext context) => TypedResults.Ok(new ArmingList([.. machines.All
        .Where(machine => machine.Installation.Arming is not null && context.User.May(Role.Viewer, machine.Labels)).OrderBy(KeyOf, StringComparer.Ordinal).Select(views.Of)
        .Select(view => new MachineArming(view.Id, view.Name, view.State, view.Arming!))]));

    private async Task<IResult> AddAsync(HttpContext context, bool? dryRun)
    {
        var machine = definitions.Read(await RestBody.ReadAsync(context, RestJson.Default.NewMachine));
        RequireRight(context, machines.Find(machine.Id)?.Labels, machine.Labels);
        return dryRun == true ? Answer(context, new CommandOutcome.Done(machine, "would be in the inventory"))
            : Answer(context, await commands.AddAsync(machine, context.By(), context.RequestAborted));
    }

    private async Task<IResult> ReplaceAsync(HttpContext context, string id, bool? dryRun)
    {
        var definition = MachineDefinitions.Check(await RestBody.ReadAsync(context, RestJson.Default.MachineDefinition));
        return await DefineAsync(context, id, dryRun ?? false, present => present with { Name = definition.Name ?? "", Labels = MachineDefinitions.LabelsOf(definition.Labels) });
    }

    private async Task<IResult> PatchAsync(HttpContext context, string id, bool? dryRun)
    {
        var patch = MachineDefinitions.Check(await RestBody.ReadAsync(context, RestJson.Default.MachineDefinition));
        return await DefineAsync(context, id, dryRun ?? false, present => present with { Name = patch.Name ?? present.Name, Labels = MachineDefinitions.Merge(present.Labels, patch.Labels) });
    }

    private async Task<IResult> DefineAsync(HttpContext context, string id, bool dryRun, Func<Machine, Machine> change)
    {
        var machine = Find(id);
        // Checked again where it is changed: between the two somebody else may have been there.
        var required = Conditions.RequiredRevision(context.Request, MachineDefinitions.RevisionOf(machine));
        RequireRight(context, machine.Labels, change(machine).Labels);
        if (dryRun)
        {
            return Answer(context, MachineDefinitions.WhyNot(machine) is { } why ? why : new CommandOutcome.Done(change(machine), "would be changed"));
        }
        var stale = false;
        var outcome = MachineDefinitions.WhyNot(machine) ?? await commands.DefineAsync(machine, context.By(), present =>
        {
            stale = required is not null && MachineDefinitions.RevisionOf(present) != required;
            var wanted = stale ? present : change(present);
            // Nothing was changed yet: whoever refuses here has not.
            RequireRight(context, present.Labels, wanted.Labels);
            return wanted;
        }, context.RequestAborted);
        return stale ? throw Conditions.Stale(MachineDefinitions.RevisionOf(Find(id))) : Answer(context, outcome);
    }

    private Task<IResult> RemoveAsync(HttpContext context, string id) =>
        CommandAsync(context, id, machine => commands.RemoveAsync(machine, context.By(), context.RequestAborted));

    private Task<IResult> DisarmAsync(HttpContext context, string id, bool? dryRun) =>
        CommandAsync(context, id, machine => commands.DisarmAsync(machine, context.By(), context.RequestAborted, dryRun ?? false));

    private Task<IResult> ReleaseAsync(HttpContext context, string id, bool? dryRun) =>
        CommandAsync(context, id, machine => commands.ReleaseAsync(machine, context.By(), context.RequestAborted, dryRun ?? false));

    private async Task<IResult> ArmAsync(HttpContext context, string id, bool? dryRun)
    {
        var asked = await RestBody.ReadAsync(context, RestJson.Default.ArmRequest, absent: new ArmRequest(null));
        var lifetime = LifecycleEndpoints.LifetimeOf(asked.Lifetime);
        return await CommandAsync(context, id, machine => commands.ArmAsync(machine, context.By(), lifetime, context.RequestAborted, dryRun ?? false, asked.Disk));
    }

    // A right that is limited to some machines must hold for what it was and for what it becomes.
    private static void RequireRight(HttpContext context, IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string> after)
    {
        if (context.User.MayChange(before, after) is AccessDecision.Refused refused)
        {
            throw new ProblemException(ProblemKind.Forbidden, refused.Reason);
        }
    }

    private Machine Find(string id) => answers.Find(id);

    private Task<IResult> CommandAsync(HttpContext context, string id, Func<Machine, Task<CommandOutcome>> command) => answers.RunAsync(context, id, command);

    private IResult Answer(HttpContext context, CommandOutcome outcome) => answers.Of(context, outcome);

    // Named machines first, by name; no two have the same key.
    private static string KeyOf(Machine machine) => machine.Name.Length > 0 ? $"0{machine.Name}\n{machine.Id}" : $"1{machine.Id}";
}
