using System.CommandLine;
using System.Text.Json;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox machines why</c>: why a machine does not boot, and what to do about it.</summary>
internal static class WhyCommand
{
    public static Command Create(Func<ParseResult, ControlClient> client, Option<bool> json)
    {
        var name = new Argument<string>("machine") { Description = "MAC, UUID, serial number, name or id" };
        var why = new Command("why", "Say why a machine does not boot, from its last boots, and what to do about it. Nothing is changed by asking.") { name };
        why.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var found = await control.GetAsync($"/api/v1/machines/{Uri.EscapeDataString(parsed.GetValue(name)!)}/diagnosis", RestJson.Default.DiagnosisView, cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(found, RestJson.Default.DiagnosisView));
            }
            else
            {
                Write(Console.Out, found);
            }
        });
        return why;
    }

    internal static void Write(TextWriter output, DiagnosisView found)
    {
        if (found.Findings.IsEmpty)
        {
            output.WriteLine("nothing that was seen keeps it from booting");
        }
        foreach (var finding in found.Findings)
        {
            output.WriteLine($"{finding.Severity}: {finding.Text}{(finding.Since is { } since ? $" ({since:u})" : "")}");
            foreach (var line in finding.WhatToDo)
            {
                output.WriteLine($"  - {line}");
            }
        }
        output.WriteLine($"its next boot: {found.Next}");
    }
}
