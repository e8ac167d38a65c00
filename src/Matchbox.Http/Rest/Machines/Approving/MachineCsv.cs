using System.Collections.Immutable;
using System.Text;

namespace Matchbox.Http.Rest;

/// <summary>A line of a list of machines: the machine that it names, or why it names none.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Machine">What it says; null where it cannot be read.</param>
/// <param name="Error">Why.</param>
internal sealed record MachineLine(int Line, NewMachine? Machine, string? Error);

/// <summary>
/// Reads a list of machines as spreadsheets write it (RFC 4180; commas, semicolons or tabs). Without a head a line is
/// <c>mac,name,key=value,...</c>. A head names the columns: <c>mac</c>, <c>name</c>, <c>uuid</c>, <c>serial</c>, and any other is a label.
/// Empty lines and those that begin with <c>#</c> are left out. Pure; never throws.
/// </summary>
internal static class MachineCsv
{
    private static readonly string[] Identities = ["mac", "uuid", "serial"];

    public static IEnumerable<MachineLine> Read(string text)
    {
        string[]? head = null;
        var separator = '\0';
        var isFirst = true;
        foreach (var (line, row) in RowsOf(text))
        {
            if (row.Length == 0 || row[0] == '#')
            {
                continue;
            }
            if (separator == '\0')
            {
                separator = SeparatorOf(row);
            }
            var cells = CellsOf(row, separator, out var open);
            if (open)
            {
                yield return new MachineLine(line, null, "a quotation mark has no other that ends it");
                continue;
            }
            if (isFirst && cells.Any(cell => Identities.Contains(cell.ToLowerInvariant())))
            {
                head = cells;
            }
            else
            {
                yield return head is null ? ByPlace(line, cells) : ByHead(line, cells, head);
            }
            isFirst = false;
        }
    }

    private static MachineLine ByPlace(int line, string[] cells)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var cell in cells.Skip(2).Where(cell => cell.Length > 0))
        {
            var equals = cell.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                return new MachineLine(line, null, $"a label is key=value, such as rack=b7, not '{cell}' (or name the columns in a first line: mac,name,rack)");
            }
            labels[cell[..equals]] = cell[(equals + 1)..];
        }
        return new MachineLine(line, new NewMachine
        {
            Macs = cells[0].Length > 0 ? [cells[0]] : [],
            Name = cells.Length > 1 && cells[1].Length > 0 ? cells[1] : null,
            Labels = labels.Count > 0 ? labels.ToImmutable() : null,
        }, null);
    }

    private static MachineLine ByHead(int line, string[] cells, string[] head)
    {
        if (cells.Length > head.Length && cells.Skip(head.Length).Any(cell => cell.Length > 0))
        {
            return new MachineLine(line, null, $"it has {cells.Length} columns, and the head names {head.Length}");
        }
        var machine = new NewMachine();
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(cells.Length, head.Length); i++)
        {
            if (cells[i].Length == 0 || head[i].Length == 0)
            {
                continue;
            }
            switch (head[i].ToLowerInvariant())
            {
                case "mac":
                    // A cell may hold all cards of the machine.
                    machine = machine with { Macs = [.. machine.Macs ?? [], .. cells[i].Split(' ', StringSplitOptions.RemoveEmptyEntries)] };
                    break;
                case "name":
                    machine = machine with { Name = cells[i] };
                    break;
                case "uuid":
                    machine = machine with { Uuid = cells[i] };
                    break;
                case "serial":
                    machine = machine with { Serial = cells[i] };
                    break;
                default:
                    labels[head[i]] = cells[i];
                    break;
            }
        }
        return new MachineLine(line, labels.Count > 0 ? machine with { Labels = labels.ToImmutable() } : machine, null);
    }

    private static IEnumerable<(int Line, string Row)> RowsOf(string text)
    {
        var line = 0;
        foreach (var row in text.TrimStart('\uFEFF').Split('\n'))
        {
            line++;
            yield return (line, row.Trim());
        }
    }

    // What a spreadsheet copies has tabs; what it saves has commas, or semicolons where the comma is in numbers.
    private static char SeparatorOf(string row) => row.Contains('\t', StringComparison.Ordinal) ? '\t' : row.Contains(',', StringComparison.Ordinal) || !row.Contains(';', StringComparison.Ordinal) ? ',' : ';';

    private static string[] CellsOf(string row, char separator, out bool open)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        open = false;
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] == '"' && open && i + 1 < row.Length && row[i + 1] == '"')
            {
                cell.Append(row[i++]);
            }
            else if (row[i] == '"')
            {
                open = !open;
            }
            else if (row[i] == separator && !open)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(row[i]);
            }
        }
        cells.Add(cell.ToString().Trim());
        return [.. cells];
    }
}
