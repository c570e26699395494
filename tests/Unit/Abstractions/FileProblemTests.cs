using MinerFlow.Abstractions;
using Xunit;

namespace MinerFlow.Unit.Abstractions;

public class FileProblemTests
{
    [Fact]
    public void AFileThatIsMissingAndAFolderAreToldApart()
    {
        var folder = Directory.CreateTempSubdirectory("minerflow");
        try
        {
            Assert.Equal("there is no such file", Why(Path.Combine(folder.FullName, "none.csv")));
            Assert.Equal("there is no such file", Why(Path.Combine(folder.FullName, "none", "none.csv")));
            Assert.Equal("is a folder where a file is wanted", Why(folder.FullName));
            Assert.Equal("is not a path", Why("a\0b"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void WhatHasNoWordsOfItsOwnIsSaidInThoseOfTheSystem()
    {
        Assert.Equal("may not be read; give the user that runs this read permission", FileProblem.Why("/nowhere", new UnauthorizedAccessException()).ToString());
        Assert.Equal("cannot be read: the disk is away", FileProblem.Why("/nowhere", new IOException("the disk is away")).ToString());
    }

    private static string Why(string path) => FileProblem.Why(path, Record.Exception(() => File.ReadAllBytes(path))!).ToString();
}
