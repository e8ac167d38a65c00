using System.CommandLine;
using System.Text.Json;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox health</c>: for people, and for what watches containers.</summary>
internal static class HealthCommand
{
    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var json = new Option<bool>("--json") { Description = "JSON, as the API answers" };
        var health = new Command("health", "Ask the running appliance how it is. Exit code 0 while it serves, 1 when it does not.") { json };
        health.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(TimeSpan.FromSeconds(5));
            HealthView now;
            try
            {
                now = await control.GetAsync("/api/v1/health", RestJson.Default.HealthView, patience.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new CommandException("the appliance does not answer within 5 seconds");
            }
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(now, RestJson.Default.HealthView));
            }
            else
            {
                Console.WriteLine($"{now.Status}: version {now.Version}, up {Table.Span(TimeSpan.FromSeconds(now.UptimeSeconds))}");
                foreach (var finding in now.Findings)
                {
                    Console.WriteLine($"  {finding.State,-9} {finding.Name}: {finding.Text}");
                }
            }
            return now.Status == "failed" ? ExitCode.Fault : ExitCode.Ok;
        });
        return health;
    }
}
