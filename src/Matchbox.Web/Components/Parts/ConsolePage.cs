using Matchbox.Web.Calls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Matchbox.Web.Components.Parts;

/// <summary>What every page has: the API, a way to say what went wrong, and an end.</summary>
public abstract class ConsolePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly List<IDisposable> _owned = [];

    [Inject]
    internal ConsoleApi Api { get; set; } = null!;

    [Inject]
    protected ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    protected IDialogService Dialogs { get; set; } = null!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    [Inject]
    protected TimeProvider Clock { get; set; } = null!;

    /// <summary>Ends when the page is left.</summary>
    protected CancellationToken Closing => _closing.Token;

    /// <summary>Calls the API, and shows why where it refuses.</summary>
    /// <returns>Was it done.</returns>
    protected async Task<bool> TryAsync(Func<Task> call, string? done = null)
    {
        try
        {
            await call();
            if (done is not null)
            {
                Snackbar.Add(done, Severity.Success);
            }
            return true;
        }
        catch (ApiException refused) when (refused.Status == System.Net.HttpStatusCode.Unauthorized)
        {
            Navigation.NavigateTo(ConsoleRegistration.SignInPath, forceLoad: true);
        }
        catch (ApiException refused)
        {
            Snackbar.Add(refused.Status == System.Net.HttpStatusCode.PreconditionFailed
                ? $"Somebody else changed this meanwhile, and nothing was overwritten. {refused.Message}"
                : refused.Message, Severity.Error, options => options.RequireInteraction = true);
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The page was left.
        }
        return false;
    }

    /// <summary>Is let go with the page.</summary>
    protected T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    /// <summary>Draws the page again, from whichever thread.</summary>
    protected void Redraw()
    {
        if (!_closing.IsCancellationRequested)
        {
            _ = InvokeAsync(StateHasChanged);
        }
    }

    /// <summary>Calls back at that pace until the page is left.</summary>
    protected async Task EveryAsync(TimeSpan pace, Func<Task> call)
    {
        using var timer = new PeriodicTimer(pace, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(Closing))
            {
                await InvokeAsync(call);
            }
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }
        _closing.Cancel();
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }
        _closing.Dispose();
    }
}
