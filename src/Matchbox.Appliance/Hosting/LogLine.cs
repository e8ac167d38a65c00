using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Matchbox.Appliance.Hosting;

/// <summary>One event, one line: whatever clients put into names cannot begin a line of its own or move a terminal's cursor.</summary>
internal sealed class LogLine : ITextFormatter
{
    private readonly MessageTemplateTextFormatter _formatter = new("{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        _formatter.Format(logEvent, text);
        foreach (var c in text.ToString())
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029')
            {
                output.Write(string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"));
            }
            else
            {
                output.Write(c);
            }
        }
        output.Write('\n');
        if (logEvent.Exception is { } failure)
        {
            output.Write(failure);
            output.Write('\n');
        }
    }
}
