using System.Buffers;
using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Matchbox.Appliance.Hosting;

/// <summary>One event, one line: whatever clients put into names cannot begin a line of its own or move a terminal's cursor.</summary>
internal sealed class LogLine : ITextFormatter
{
    // Control characters, and the two that Unicode ends lines by.
    private static readonly SearchValues<char> Unprintable = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(static c => char.IsControl(c) || c is '\u2028' or '\u2029')]);

    private readonly MessageTemplateTextFormatter _formatter = new("{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        _formatter.Format(logEvent, text);
        foreach (var chunk in text.GetStringBuilder().GetChunks())
        {
            WritePrintable(chunk.Span, output);
        }
        output.Write('\n');
        if (logEvent.Exception is { } failure)
        {
            output.Write(failure);
            output.Write('\n');
        }
    }

    private static void WritePrintable(ReadOnlySpan<char> text, TextWriter output)
    {
        for (var at = text.IndexOfAny(Unprintable); at >= 0; at = text.IndexOfAny(Unprintable))
        {
            output.Write(text[..at]);
            output.Write(string.Create(CultureInfo.InvariantCulture, $"\\x{(int)text[at]:x2}"));
            text = text[(at + 1)..];
        }
        output.Write(text);
    }
}
