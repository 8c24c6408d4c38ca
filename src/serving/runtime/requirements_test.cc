#include "serving/runtime/requirements.h"

#include <gtest/gtest.h>

namespace galley::serving {
namespace {

TEST(Requirements, MlflowIsReplacedByWhatAWorkerUses) {
  const auto slim = Slimmed("mlflow==3.17.2\n# comment\nscikit-learn==1.9.1  # why\n\n");
  EXPECT_TRUE(slim.is_slim);
  EXPECT_EQ(slim.text, "mlflow-skinny==3.17.2\nscikit-learn==1.9.1\nnumpy\npandas\n");
  EXPECT_EQ(slim.count, 2);
  EXPECT_EQ(Slimmed("MLflow >= 2, <4\nPandas==2.2\nnumpy<3").text,
            "mlflow-skinny >= 2, <4\nPandas==2.2\nnumpy<3\n");
  EXPECT_EQ(Slimmed("mlflow").text, "mlflow-skinny\nnumpy\npandas\n");
}

TEST(Requirements, WhatIsNotMlflowAloneStays) {
  for (const char* text : {"mlflow[genai]==3.17.2\n", "mlflow @ https://example.org/x.whl\n",
                           "mlflow==3.17.2 --hash=sha256:00\n", "mlflow==3 \\\nscipy\n",
                           "mlflow-skinny==3.17.2\n", "scikit-learn\n", "mlflowx\n"}) {
    const auto slim = Slimmed(text);
    EXPECT_FALSE(slim.is_slim) << text;
    EXPECT_EQ(slim.text, text);
  }
  EXPECT_EQ(AsWritten("mlflow==3.17.2\n").text, "mlflow==3.17.2\n");
}

TEST(Requirements, OtherFilesAreNoticed) {
  EXPECT_FALSE(AsWritten("numpy\n--extra-index-url https://example.org/simple\n").names_files);
  EXPECT_FALSE(AsWritten("x @ https://example.org/x.whl\n").names_files);
  for (const char* text :
       {"-c constraints.txt", "--requirement more.txt", "code/x.whl", "./x", "-e code"}) {
    EXPECT_TRUE(AsWritten(text).names_files) << text;
  }
  EXPECT_EQ(AsWritten("numpy\n--no-index\nscipy\n").count, 2);
}

TEST(Requirements, VersionsOfPython) {
  EXPECT_EQ(PythonSeries("3.11.2").value(), "3.11");
  EXPECT_EQ(PythonSeries("3.13").value(), "3.13");
  EXPECT_EQ(PythonSeries("").value(), "");
  for (const char* text : {"3", "3.", ".11", "three.one", "3.x", "../../bin", "3.11111"}) {
    const auto wrong = PythonSeries(text);
    ASSERT_FALSE(wrong) << text;
    EXPECT_NE(wrong.error().message.find(text), std::string::npos);
  }
}

}  // namespace
}  // namespace galley::serving
