using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest;

/// <summary><c>POST /machines/import</c>: a list of machines, as a spreadsheet has it, into the inventory: all of it, or nothing where a line is wrong.</summary>
internal sealed class MachineListEndpoint(MachineCommands commands, MachineDefinitions definitions, MachineRegistry machines, MachineViews views)
{
    private const int MaxBody = 4 << 20;
    private const int MaxLines = 10_000;

    public void Map(RestRoutes rest) => rest.Operator.MapPost("/machines/import", ImportAsync)
        .Describe("importMachines", "Machines", "Put a list of machines into the inventory",
            "CSV with commas, semicolons or tabs: `mac,name,key=value,...`, or with a first line that names the columns: `mac`, `name`, `uuid`, `serial`, any other is a label. "
            + "Where a line is wrong nothing is done, and each fault is told with its line. `dryRun=true` answers what each line would do, wrong ones included.")
        .Takes<string>("\"mac,name,rack\\n52:54:00:77:00:01,node1,b7\\n\"", "text/csv", "text/plain")
        .Shows("""{ "dryRun": false, "lines": [ { "line": 2, "step": "approve", "machine": "52-54-00-77-00-01", "name": "node1", "labels": { "rack": "b7" }, "profile": "worker" } ] }""")
        .Fails(ProblemKind.InvalidRequest, ProblemKind.Forbidden, ProblemKind.TooLarge, ProblemKind.Unsound, ProblemKind.StoreFailed);

    private async Task<Ok<MachineListResult>> ImportAsync(HttpContext context, bool? dryRun)
    {
        var text = Encoding.UTF8.GetString(await RestBody.ReadAsync(context, MaxBody));
        var seen = new Seen();
        var lines = new List<(MachineListLine Told, Machine? Machine)>();
        foreach (var line in MachineCsv.Read(text))
        {
            if (lines.Count == MaxLines)
            {
                throw new ProblemException(ProblemKind.InvalidRequest, $"{MaxLines} machines at most: send several lists");
            }
            lines.Add(Plan(context, line, seen));
        }
        var faults = lines.Where(line => line.Told.Error is not null)
            .Select(line => new ProblemError { Line = line.Told.Line, Detail = line.Told.Error! }).ToArray();
        if (DryRun.Note(context, dryRun))
        {
            return TypedResults.Ok(new MachineListResult(true, [.. lines.Select(line => line.Told)]));
        }
        if (faults.Length > 0)
        {
            throw new ProblemException(
                ProblemKind.Unsound, string.Create(CultureInfo.InvariantCulture, $"line {faults[0].Line}: {faults[0].Detail}{(faults.Length > 1 ? $" (and {faults.Length - 1} lines more)" : "")}: nothing was changed"), faults);
        }
        foreach (var (told, machine) in lines.Where(line => line.Told.Step != "none"))
        {
            await commands.AddAsync(machine! with { Ignored = null }, context.By(), context.RequestAborted);
        }
        return TypedResults.Ok(new MachineListResult(false, [.. lines.Select(line => line.Told)]));
    }

    private (MachineListLine, Machine?) Plan(HttpContext context, MachineLine line, Seen seen)
    {
        try
        {
            var machine = line.Machine is { } named ? definitions.Read(named) : throw new ProblemException(ProblemKind.InvalidRequest, line.Error ?? "");
            var present = machines.Find(machine.Id);
            var error = seen.WhyNot(line.Line, machine)
                ?? (present?.Origin == MachineOrigin.Declared ? $"{machine.Id} is declared in the settings: change it there" : null)
                ?? (context.User.MayChange(present?.Labels, machine.Labels) as AccessDecision.Refused)?.Reason;
            var step = error is not null ? "error" : present is null ? "add" : !present.InInventory ? "approve"
                : MachineDefinitions.RevisionOf(present) == MachineDefinitions.RevisionOf(machine) ? "none" : "change";
            return (new MachineListLine(line.Line, step, machine.Id, machine.Name, machine.Labels, error is null ? views.Of(machine).Profile : null, error), machine);
        }
        catch (ProblemException refused)
        {
            return (new MachineListLine(
                line.Line, "error", null, line.Machine?.Name ?? "", line.Machine?.Labels ?? ImmutableSortedDictionary<string, string>.Empty, null, refused.Problem.Detail), null);
        }
    }

    /// <summary>What earlier lines named.</summary>
    private sealed class Seen
    {
        private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _names = new(StringComparer.OrdinalIgnoreCase);

        public string? WhyNot(int line, Machine machine) =>
            !_ids.TryAdd(machine.Id, line) ? $"this machine stands in line {_ids[machine.Id]} already"
            : machine.Name.Length > 0 && !_names.TryAdd(machine.Name, line) ? $"the name {machine.Name} stands in line {_names[machine.Name]} already"
            : null;
    }
}
