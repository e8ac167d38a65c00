using Matchbox.Web.Components.Parts;

namespace Matchbox.Web.Components.Pages.Documents;

/// <summary>A page that lists documents of one kind, and asks for them again every few seconds.</summary>
public abstract class ListPage<T> : ConsolePage
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    // A page of the API; more documents than ten of them are looked for by the API or the command line.
    private const int PageSize = 1_000;
    private const int MaxPages = 10;

    protected string Search { get; set; } = "";

    protected IReadOnlyList<T>? All { get; private set; }

    protected IEnumerable<T> Shown => (All ?? []).Where(item => Search.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => TextOf(item).Contains(word, StringComparison.OrdinalIgnoreCase)));

    /// <summary>What a search looks into.</summary>
    protected abstract string TextOf(T item);

    protected abstract Task<IReadOnlyList<T>> ReadAsync();

    protected override async Task OnInitializedAsync()
    {
        await LookAsync();
        _ = EveryAsync(Pace, async () =>
        {
            await LookAsync();
            StateHasChanged();
        });
    }

    /// <summary>All pages of a list.</summary>
    internal async Task<IReadOnlyList<T>> PagesAsync<TPage>(string path, Func<TPage, (IReadOnlyList<T> Items, string? Next)> read)
    {
        var all = new List<T>();
        string? cursor = null;
        for (var page = 0; page < MaxPages; page++)
        {
            (var items, cursor) = read(await Api.GetAsync<TPage>($"{path}?limit={PageSize}{(cursor is null ? "" : $"&cursor={cursor}")}", Closing));
            all.AddRange(items);
            if (cursor is null)
            {
                break;
            }
        }
        return all;
    }

    private Task<bool> LookAsync() => TryAsync(async () => All = await ReadAsync());
}
