using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Matchbox.Core.Access;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest.Inventory;

/// <summary>The machines as other programs read them: Ansible's dynamic inventory, Prometheus' HTTP service discovery.</summary>
internal sealed class InventoryEndpoints(MachineRegistry machines, MachineViews views)
{
    private const string Tag = "Inventory";
    private const int NodeExporter = 9100;

    public void Map(RestRoutes rest)
    {
        rest.Viewer.MapGet("/inventory/ansible", Ansible)
            .Describe("getAnsibleInventory", Tag, "Give the machines as Ansible's dynamic inventory",
                "Groups: `label_KEY_VALUE`, `profile_ID`, `state_STATE`, with other characters as `_`. Only machines of the inventory; `all` adds those that were only seen. `selector` filters as in /machines.")
            .Produces<JsonNode>().Fails(ProblemKind.InvalidRequest);
        rest.Viewer.MapGet("/discovery/prometheus", Prometheus)
            .Describe("getPrometheusTargets", Tag, "Give the machines as Prometheus' HTTP service discovery (http_sd)",
                "One target for each machine that has an address, at `port` (9100). Labels: `__meta_matchbox_id`, `_name`, `_state`, `_profile`, `_label_KEY`. `selector` filters as in /machines.")
            .Produces<JsonNode>().Fails(ProblemKind.InvalidRequest);
    }

    private ContentHttpResult Ansible(HttpContext context, string[]? selector, string? all)
    {
        _ = (selector, all);
        var hostvars = new JsonObject();
        var groups = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        var hosts = new JsonArray();
        foreach (var machine in Selected(context, context.IsOn("all")))
        {
            // Two machines may have one name; ids are unique.
            var host = machine.Name.Length > 0 && !hostvars.ContainsKey(machine.Name) ? machine.Name : machine.Id;
            var variables = new JsonObject { ["matchbox_id"] = machine.Id, ["matchbox_state"] = machine.State, ["matchbox_macs"] = new JsonArray([.. machine.Macs.Select(mac => (JsonNode)mac)]) };
            if (machine.Address is { } address)
            {
                variables["ansible_host"] = address;
            }
            if (machine.Profile is { } profile)
            {
                variables["matchbox_profile"] = profile;
                Put(groups, $"profile_{profile}", host);
            }
            var labels = new JsonObject();
            foreach (var (key, value) in machine.Labels)
            {
                labels[key] = value;
                Put(groups, $"label_{key}_{value}", host);
            }
            variables["matchbox_labels"] = labels;
            hostvars[host] = variables;
            hosts.Add((JsonNode)host);
            Put(groups, $"state_{machine.State}", host);
        }
        var inventory = new JsonObject
        {
            ["_meta"] = new JsonObject { ["hostvars"] = hostvars },
            ["all"] = new JsonObject { ["hosts"] = hosts, ["children"] = new JsonArray([.. groups.Keys.Select(name => (JsonNode)name)]) },
        };
        foreach (var (name, members) in groups)
        {
            inventory[name] = new JsonObject { ["hosts"] = new JsonArray([.. members.Select(host => (JsonNode)host)]) };
        }
        return TypedResults.Text(inventory.ToJsonString(), "application/json");
    }

    private ContentHttpResult Prometheus(HttpContext context, string? port, string[]? selector)
    {
        _ = (port, selector);
        var at = context.NumberOf("port", 1, 65_535) ?? NodeExporter;
        var targets = new JsonArray();
        foreach (var machine in Selected(context, all: false).Where(machine => machine.Address is not null))
        {
            var labels = new JsonObject { ["__meta_matchbox_id"] = machine.Id, ["__meta_matchbox_name"] = machine.Name, ["__meta_matchbox_state"] = machine.State };
            if (machine.Profile is { } profile)
            {
                labels["__meta_matchbox_profile"] = profile;
            }
            foreach (var (key, value) in machine.Labels)
            {
                labels[$"__meta_matchbox_label_{Word(key)}"] = value;
            }
            targets.Add((JsonNode)new JsonObject
            {
                ["targets"] = new JsonArray((JsonNode)string.Create(CultureInfo.InvariantCulture, $"{machine.Address}:{at}")),
                ["labels"] = labels,
            });
        }
        return TypedResults.Text(targets.ToJsonString(), "application/json");
    }

    private IEnumerable<MachineView> Selected(HttpContext context, bool all)
    {
        var pairs = context.PairsOf("selector");
        return machines.All
            .Where(machine => context.User.May(Role.Viewer, machine.Labels) && (all || machine.InInventory) && pairs.All(pair => views.Selects(machine, pair.Key, pair.Value)))
            .OrderBy(machine => machine.Id, StringComparer.Ordinal).Select(views.Of);
    }

    private static void Put(SortedDictionary<string, SortedSet<string>> groups, string name, string host)
    {
        name = Word(name);
        (groups.TryGetValue(name, out var members) ? members : groups[name] = new SortedSet<string>(StringComparer.Ordinal)).Add(host);
    }

    // What both programs take for a name: letters, digits and underscores.
    private static string Word(string text)
    {
        var word = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            word.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }
        return word.ToString();
    }
}
