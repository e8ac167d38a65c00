using System.Globalization;
using Matchbox.Http.Rest.Catalogs;

namespace Matchbox.Appliance.Commands;

/// <summary>Shows a person what a change did or would do: each document, its lines, and the machines that get something else.</summary>
internal sealed class PlanText(TextWriter output, bool isColoured)
{
    private const string Green = "\e[32m", Yellow = "\e[33m", Red = "\e[31m", Plain = "\e[0m";
    private const int MachinesShown = 50;

    public void Write(ChangeResult result)
    {
        var changed = result.Documents.Where(step => step.Step != "none").ToArray();
        foreach (var step in changed)
        {
            Document(step, result.DryRun);
        }
        foreach (var tie in result.Ties)
        {
            Line(Yellow, $"tie: {tie}");
        }
        foreach (var note in result.Notes)
        {
            output.WriteLine($"note: {note}");
        }
        Machines(result.Machines ?? []);
        var same = result.Documents.Count - changed.Length;
        output.WriteLine(changed.Length == 0
            ? string.Create(CultureInfo.InvariantCulture, $"nothing {(result.DryRun ? "would change" : "changed")}: {same} documents are as they should be")
            : string.Create(CultureInfo.InvariantCulture,
                $"{(result.DryRun ? "would " : "")}create {Count("create")}, change {Count("change")}, delete {Count("delete")}; {same} as they should be"));

        int Count(string step) => changed.Count(document => document.Step == step);
    }

    private void Document(DocumentStep step, bool isPlan)
    {
        var (colour, sign) = step.Step switch { "create" => (Green, '+'), "delete" => (Red, '-'), _ => (Yellow, '~') };
        Line(colour, $"{sign} {step.Path}");
        if (!isPlan || step.Step != "change")
        {
            return;
        }
        if (step.Before is null || step.After is null)
        {
            output.WriteLine("    (too long to show, or no text)");
            return;
        }
        foreach (var line in LineDiff.Of(step.Before, step.After))
        {
            Line(line.Sign switch { '+' => Green, '-' => Red, _ => "" }, $"    {line.Sign} {line.Text}");
        }
    }

    private void Machines(IReadOnlyList<MachineStep> machines)
    {
        foreach (var machine in machines.Take(MachinesShown))
        {
            output.WriteLine($"machine {(machine.Name.Length > 0 ? machine.Name : machine.Machine)}: {machine.What}");
        }
        if (machines.Count > MachinesShown)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {machines.Count - MachinesShown} machines more"));
        }
    }

    private void Line(string colour, string text) => output.WriteLine(isColoured && colour.Length > 0 ? $"{colour}{text}{Plain}" : text);
}
