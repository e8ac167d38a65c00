using System.Globalization;
using System.Text;

namespace Matchbox.Butane.Reports;

/// <summary>A report as the real tools print it.</summary>
public static class ReportText
{
    private const int LinesAround = 2;

    // Thousands of findings in one long line would each show that line: beyond this, a finding is told without its source.
    private const int MaxWithSource = 16 << 20;

    /// <summary>With the lines of the source around each finding, an empty line between two findings.</summary>
    /// <param name="report">The findings, with their lines and columns.</param>
    /// <param name="source">The text that they speak of.</param>
    /// <param name="file">Its name, as the user gave it.</param>
    public static string Pretty(Report report, ReadOnlySpan<byte> source, string file)
    {
        var text = new StringBuilder();
        var lines = report.Findings.Count == 0 ? [] : SplitLines(source);
        foreach (var finding in report.Findings)
        {
            if (text.Length > 0)
            {
                text.Append('\n');
            }
            if (text.Length > MaxWithSource || finding.Line < 1 || finding.Line > lines.Count || finding.Column < 1 || finding.Column > lines[finding.Line - 1].Length)
            {
                text.Append(Raw(finding)).Append('\n');
            }
            else
            {
                AppendFinding(text, finding, lines, file);
            }
        }
        return text.ToString();
    }

    /// <summary>A line for each finding (<c>--raw-errors</c>).</summary>
    public static string Raw(Report report)
    {
        var text = new StringBuilder();
        foreach (var finding in report.Findings)
        {
            text.Append(Raw(finding)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>One finding in a line: <c>error at $.storage, line 3 col 5: message</c>.</summary>
    public static string Raw(Finding finding)
    {
        var path = finding.Path.Parent is null ? "" : finding.Path.ToString();
        var place = finding.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"line {finding.Line} col {finding.Column}") : "";
        var at = path.Length > 0 && place.Length > 0 ? $" at {path}, {place}" : path.Length + place.Length > 0 ? $" at {path}{place}" : "";
        return $"{Word(finding.Severity)}{at}: {finding.Message}";
    }

    private static void AppendFinding(StringBuilder text, Finding finding, List<byte[]> lines, string file)
    {
        var first = Math.Max(1, finding.Line - LinesAround);
        var last = Math.Min(lines.Count, finding.Line + LinesAround);
        var width = last.ToString(CultureInfo.InvariantCulture).Length;
        var gutter = new string(' ', width + 2) + "|";
        text.Append(Word(finding.Severity));
        if (finding.Path.Parent is not null)
        {
            text.Append('[').Append(finding.Path).Append(']');
        }
        text.Append(":\n").Append(CultureInfo.InvariantCulture, $"  --> {file}:{finding.Line}:{finding.Column}\n").Append(gutter).Append('\n');
        for (var line = first; line <= last; line++)
        {
            text.Append(' ').Append(line.ToString(CultureInfo.InvariantCulture).PadLeft(width)).Append(" | ").Append(Encoding.UTF8.GetString(lines[line - 1])).Append('\n');
            if (line == finding.Line)
            {
                var underline = UnderlineLength(lines[line - 1].AsSpan(finding.Column - 1));
                text.Append(gutter).Append(' ', finding.Column).Append('^', underline).Append(' ').Append(finding.Message).Append('\n');
            }
        }
        text.Append(gutter).Append('\n');
    }

    // The real tool counts columns in characters and cuts the line in bytes.
    private static int UnderlineLength(ReadOnlySpan<byte> rest)
    {
        var length = 0;
        while (length < rest.Length)
        {
            var status = Rune.DecodeFromUtf8(rest[length..], out var rune, out var consumed);
            if (status == System.Buffers.OperationStatus.Done && Rune.IsWhiteSpace(rune))
            {
                break;
            }
            length += status == System.Buffers.OperationStatus.Done ? consumed : 1;
        }
        return Math.Max(1, length);
    }

    private static List<byte[]> SplitLines(ReadOnlySpan<byte> source)
    {
        var lines = new List<byte[]>();
        foreach (var line in source.Split((byte)'\n'))
        {
            lines.Add(source[line].ToArray());
        }
        return lines;
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "info",
    };
}
