using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox webhooks</c>: where events are sent.</summary>
internal static class WebhooksCommand
{
    private const string Root = "/api/v1/webhooks";

    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var json = new Option<bool>("--json") { Description = "JSON, as the API answers", Recursive = true };
        var webhooks = new Command("webhooks",
            """
            URLs that events are posted to, signed (docs/webhooks.md).

            Examples:
              matchbox webhooks add chat https://hooks.example.com/matchbox --kind failed --kind installed
              matchbox webhooks add rack-b7 https://hooks.example.com/b7 --selector rack=b7
              matchbox webhooks test chat
              matchbox webhooks list
              matchbox webhooks deliveries chat
              matchbox webhooks remove chat
            """) { json };
        var list = new Command("list", "List webhooks.");
        list.SetAction((parsed, cancellation) => ListAsync(parsed, client, json, cancellation));
        webhooks.SetAction((parsed, cancellation) => ListAsync(parsed, client, json, cancellation));
        webhooks.Add(list);
        webhooks.Add(Add(client, json));
        webhooks.Add(Remove(client));
        webhooks.Add(Test(client, json));
        webhooks.Add(Deliveries(client, json));
        return webhooks;
    }

    private static Command Add(Func<ParseResult, ControlClient> client, Option<bool> json)
    {
        var id = Id();
        var url = new Argument<string>("url") { Description = "http or https URL" };
        var kinds = new Option<string[]>("--kind") { Description = "kind of event, such as failed; may be repeated (default all)", HelpName = "KIND" };
        var selector = new Option<string>("--selector") { Description = "labels that an event's machine must carry, such as rack=b7", HelpName = "LABELS" };
        var disabled = new Option<bool>("--disabled") { Description = "keep it, and send nothing yet" };
        var newSecret = new Option<bool>("--new-secret") { Description = "make a new signing secret in place of the present one" };
        var add = new Command("add", "Send events to a URL, in place of an older one of that id. What was paused goes on. A signing secret is shown once, when it is made.")
        {
            id, url, kinds, selector, disabled, newSecret,
        };
        add.SetAction(async (parsed, cancellation) =>
        {
            var webhook = new NewWebhook
            {
                Url = parsed.GetValue(url),
                Kinds = [.. parsed.GetValue(kinds) ?? []],
                Selector = parsed.GetValue(selector),
                Enabled = !parsed.GetValue(disabled),
                NewSecret = parsed.GetValue(newSecret),
            };
            using var control = client(parsed);
            var kept = await control.SendAsync(
                HttpMethod.Put, PathOf(parsed.GetValue(id)!), JsonContent.Create(webhook, RestJson.Default.NewWebhook), RestJson.Default.WebhookView, cancellation);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(kept, RestJson.Default.WebhookView)
                : kept.Secret is { } secret ? $"{kept.Id}: {kept.State}; the receiver verifies with this secret, which is not shown again:\n{secret}"
                : $"{kept.Id}: {kept.State}");
        });
        return add;
    }

    private static Command Remove(Func<ParseResult, ControlClient> client)
    {
        var id = Id();
        var remove = new Command("remove", "Forget a webhook. What waits for it is not sent any more.") { id };
        remove.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var named = parsed.GetValue(id)!;
            await control.SendAsync(HttpMethod.Delete, PathOf(named), cancellation);
            Console.WriteLine($"{named}: forgotten");
        });
        return remove;
    }

    private static Command Test(Func<ParseResult, ControlClient> client, Option<bool> json)
    {
        var id = Id();
        var test = new Command("test", "Send a webhook something now, and say what came of it. The exit code is 1 when it did not arrive.") { id };
        test.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var named = parsed.GetValue(id)!;
            var delivery = await control.SendAsync(HttpMethod.Post, $"{PathOf(named)}/test", null, RestJson.Default.DeliveryView, cancellation);
            var arrived = delivery.Outcome == "delivered";
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(delivery, RestJson.Default.DeliveryView)
                : arrived ? $"{named}: delivered, {delivery.Status} after {delivery.Milliseconds} ms" : $"{named}: {delivery.Error}");
            return arrived ? ExitCode.Ok : ExitCode.Fault;
        });
        return test;
    }

    private static Command Deliveries(Func<ParseResult, ControlClient> client, Option<bool> json)
    {
        var id = Id();
        var deliveries = new Command("deliveries", "Show what became of the last events at a webhook, newest first: the last 100 since the start.") { id };
        deliveries.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var named = parsed.GetValue(id)!;
            var found = await control.GetAsync($"{PathOf(named)}/deliveries", RestJson.Default.DeliveryList, cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(found, RestJson.Default.DeliveryList));
            }
            else if (found.Deliveries.IsEmpty)
            {
                Console.WriteLine($"{named}: nothing was sent since the start");
            }
            else
            {
                Table.Write(Console.Out, ["AT", "EVENT", "KIND", "TRIES", "OUTCOME", "STATUS", "TOOK", "ERROR"], found.Deliveries.Select(delivery => (string[])
                [
                    Text($"{delivery.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}"), Text($"{delivery.Event}"), delivery.Kind, Text($"{delivery.Tries}"), delivery.Outcome,
                    delivery.Status is { } status ? Text($"{status}") : "-", Text($"{delivery.Milliseconds} ms"), delivery.Error ?? "",
                ]));
            }
        });
        return deliveries;

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<int> ListAsync(ParseResult parsed, Func<ParseResult, ControlClient> client, Option<bool> json, CancellationToken cancellation)
    {
        using var control = client(parsed);
        var found = await control.GetAsync(Root, RestJson.Default.WebhookList, cancellation);
        if (parsed.GetValue(json))
        {
            Console.WriteLine(JsonSerializer.Serialize(found, RestJson.Default.WebhookList));
        }
        else if (found.Webhooks.IsEmpty)
        {
            Console.WriteLine("no webhook is set");
        }
        else
        {
            Table.Write(Console.Out, ["ID", "URL", "KINDS", "SELECTOR", "STATE", "WAITING", "DROPPED"], found.Webhooks.Select(webhook => (string[])
            [
                webhook.Id, webhook.Url, Or(webhook.Kinds, "all"), webhook.Selector, webhook.Paused is { } why ? $"{webhook.State}: {why}" : webhook.State, $"{webhook.Waiting}", $"{webhook.Dropped}",
            ]));
        }
        return ExitCode.Ok;
    }

    private static string Or(ImmutableArray<string> texts, string none) => texts.IsEmpty ? none : string.Join(", ", texts);

    private static Argument<string> Id() => new("id") { Description = "the webhook's id: letters, digits, hyphens, underscores and dots" };

    private static string PathOf(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
